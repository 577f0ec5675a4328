package dev.gateloom.cuda;

import dev.gateloom.spi.Call;
import dev.gateloom.spi.Operand;

/** The caller's arrays and buffers, which pass through page-locked memory. What is stored arrives with its flush. */
final class HostTensors implements CallTensors {
    private final Staging staging;
    private Call call;

    HostTensors(Staging staging) {
        this.staging = staging;
    }

    HostTensors of(Call next) {
        call = next;
        return this;
    }

    @Override
    public boolean has(Tensor tensor) {
        return operand(tensor).isPresent();
    }

    @Override
    public long place(Tensor tensor) {
        return 0;
    }

    @Override
    public void load(Tensor tensor, long words, long to) {
        int count = Math.toIntExact(words);     // the caller's array or buffer has so many
        if (tensor == Tensor.LENGTHS) {
            staging.upload(call.lengths, count, to);
        } else if (tensor.mask != null) {
            staging.upload(call.masks.get(tensor.mask), count, to);
        } else {
            staging.upload(operand(tensor), count, to);
        }
    }

    @Override
    public void store(long from, Tensor tensor, long words) {
        staging.download(from, operand(tensor), Math.toIntExact(words));
    }

    private Operand operand(Tensor tensor) {
        return switch (tensor) {
            case X -> call.x;
            case H0 -> call.h0;
            case C0 -> call.c0;
            case Y -> call.y;
            case HN -> call.hN;
            case CN -> call.cN;
            case DY -> call.dy;
            case DHN -> call.dhN;
            case DCN -> call.dcN;
            case DX -> call.dx;
            case DH0 -> call.dh0;
            case DC0 -> call.dc0;
            default -> throw new IllegalArgumentException(tensor + " is no operand of a call with host memory");
        };
    }
}
