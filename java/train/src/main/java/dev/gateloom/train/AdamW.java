package dev.gateloom.train;

import dev.gateloom.nn.Trainable;
import java.util.List;

/**
 * {@link Adam} with weights that decay by themselves (Loshchilov and Hutter 2019): {@code p *= 1 - rate·weightDecay}, then the
 * step with the plain gradient. The weight decay is 0.01 (PyTorch) or 0.004 (Keras) unless set.
 */
public final class AdamW extends Adam {

    /**
     * PyTorch's definition.
     *
     * @param parameters what it changes
     * @param learningRate rate, positive
     */
    public AdamW(List<Trainable> parameters, double learningRate) {
        this(parameters, learningRate, Definition.PYTORCH);
    }

    /**
     * With a choice of definition.
     *
     * @param parameters what it changes
     * @param learningRate rate, positive
     * @param definition whose
     */
    public AdamW(List<Trainable> parameters, double learningRate, Definition definition) {
        super(parameters, learningRate, definition);
        weightDecay(definition == Definition.KERAS ? 0.004 : 0.01);
    }

    @Override
    boolean decoupled() {
        return true;
    }
}
