/**
 * Runs kernels.
 *
 * <p><b>Translation.</b> {@link dev.gateloom.ptx.exec.Translator} lays out the basic blocks so that each stands before its
 * immediate post-dominator and turns every instruction into a small object whose operands are slots: constants and special
 * registers are slots like any other, so there is one way to read an operand. A slot is an array of 32 lanes; predicates
 * are masks. Registers that are never alive together share a slot, see {@link dev.gateloom.ptx.exec.RegisterFiles}. An instruction,
 * a modifier or an operand that is not understood is refused by name when the kernel is loaded.
 *
 * <p><b>Threads.</b> A warp runs the group of threads that is lowest in the code, which lets diverged threads meet at the
 * post-dominator; at the start of a time slice the seed sometimes picks another group, so that threads of one warp that wait
 * for each other get on, and code that relies on lockstep shows. Instructions with members ({@code shfl.sync},
 * {@code bar.warp.sync}) wait for them. Warps of all resident blocks are interleaved by a seeded scheduler that preempts after any
 * instruction. Nobody able to go on is a deadlock; going on for long without any write is a hang; both say where each
 * warp stands.
 *
 * <p><b>Clusters.</b> Every block is in a {@link dev.gateloom.ptx.exec.Cluster}, mostly alone. Blocks of a cluster start together and see each
 * other's shared memory until they end.
 *
 * <p><b>Memory.</b> Every access passes {@link dev.gateloom.ptx.exec.Gate}, which knows the space after generic addresses
 * were resolved, the region, the offset of each lane, and how the instruction orders memory. Barriers, fences, meetings of warps and ends
 * of threads go to the same {@link dev.gateloom.ptx.exec.Observer}. Strong accesses to vectors are torn
 * ({@link dev.gateloom.ptx.exec.Tearing}).
 *
 * <p><b>Arithmetic.</b> Exact where PTX is exact, rounding modes included; approximate instructions give the nearest float, or
 * errors as large as documented, see {@link dev.gateloom.ptx.exec.Approximations}; matrix units round a sum once, or cut off as hardware
 * does (Accumulation). Lanes that do not execute an instruction are computed
 * too and thrown away: loops over 32 lanes without a branch are what the just-in-time compiler does best.
 */
package dev.gateloom.ptx.exec;
