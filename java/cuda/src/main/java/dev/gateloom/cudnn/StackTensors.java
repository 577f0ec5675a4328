package dev.gateloom.cudnn;

import dev.gateloom.cuda.jcuda.Handles;
import jcuda.Pointer;

/** Where the tensors of a call of cuDNN are, set again by each call; without an address for what the cell has not. */
final class StackTensors {
    final Pointer x = new Pointer();
    final Pointer y = new Pointer();
    final Pointer hx = new Pointer();
    final Pointer hy = new Pointer();
    final Pointer cx = new Pointer();
    final Pointer cy = new Pointer();
    final Pointer dx = new Pointer();
    final Pointer dy = new Pointer();
    final Pointer dhx = new Pointer();
    final Pointer dhy = new Pointer();
    final Pointer dcx = new Pointer();
    final Pointer dcy = new Pointer();

    static void set(Pointer pointer, long address) {
        Handles.set(pointer, address);
    }
}
