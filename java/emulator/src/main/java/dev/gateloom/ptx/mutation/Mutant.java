package dev.gateloom.ptx.mutation;

/**
 * A program with one change.
 *
 * @param kernel the kernel that was changed
 * @param place line of the source if the PTX says it, else of the PTX
 * @param change for example {@code bar.sync deleted}, {@code ld.acquire.gpu.u32 → ld.relaxed.gpu.u32}
 * @param ptx the changed program
 */
public record Mutant(String kernel, String place, String change, String ptx) {

    /** What was changed where. */
    @Override
    public String toString() {
        return kernel + " at " + place + ": " + change;
    }
}
