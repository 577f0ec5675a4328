package dev.gateloom.cuda;

import dev.gateloom.device.Device;
import dev.gateloom.device.Kernel;
import dev.gateloom.device.Stream;

/**
 * Launches {@code lstm_general.cu}: one step of an LSTM with rare options, in two kernels each way. Tensors without another
 * shape are {@code [B, H]} of this step. For one thread at a time.
 */
final class LstmGeneral extends StepLauncher {
    private final Kernel gates;
    private final Kernel output;
    private final Kernel outputBackward;
    private final Kernel gatesBackward;

    LstmGeneral(Device device) {
        gates = device.kernel(Programs.LSTM_GENERAL, "lstm_general_gates");
        output = device.kernel(Programs.LSTM_GENERAL, "lstm_general_output");
        outputBackward = device.kernel(Programs.LSTM_GENERAL, "lstm_general_output_backward");
        gatesBackward = device.kernel(Programs.LSTM_GENERAL, "lstm_general_gates_backward");
    }

    /**
     * From the products to c'.
     *
     * @param a {@code [B, 4H]}: products in, activated gates out
     * @param c {@code [T+1, B, H]}
     * @param cNew receives c'
     * @param peephole {@code [3H]}; 0 for none
     * @param candidate its mask; 0 for ones
     * @param clip infinity for none
     */
    void gates(Stream stream, long a, long c, long cNew, long peephole, long candidate, float clip, int t, int batch,
            int hiddenSize, boolean reverse) {
        arguments.clear().address(Expect.address("gates", a)).address(Expect.address("c", c))
                .address(Expect.address("c_new", cNew)).address(peephole).address(candidate).float32(clip);
        sizes(t, batch, hiddenSize, reverse);
        launch(stream, gates, batch, hiddenSize);
    }

    /**
     * From c' to h' and to the c of the next step.
     *
     * @param a {@code [B, 4H]}: activated gates
     * @param s what h' sees of c'
     * @param carried what the next step sees of it: c' or s
     * @param c {@code [T+1, B, H]}
     * @param hNew receives h'
     * @param zoneout the mask of c; 0 if the rate stands everywhere
     * @param lengths {@code [B]}
     */
    void output(Stream stream, long a, long s, long carried, long c, long hNew, long zoneout, float rate, long lengths, int t,
            int batch, int hiddenSize, boolean reverse) {
        arguments.clear().address(Expect.address("gates", a)).address(Expect.address("s", s))
                .address(Expect.address("carried", carried)).address(Expect.address("c", c))
                .address(Expect.address("h_new", hNew)).address(zoneout).float32(rate)
                .address(Expect.address("lengths", lengths));
        sizes(t, batch, hiddenSize, reverse);
        launch(stream, output, batch, hiddenSize);
    }

    /**
     * From the gradient of h' to those of o and s.
     *
     * @param a {@code [B, 4H]}: activated gates; o is replaced by its gradient
     * @param s that of forward
     * @param dhNew gradient of h'
     * @param ds receives the gradient of s
     * @param dcNew receives what c' gets from the next step; 0 if s is carried, and gets it
     * @param dc carried from step to step
     * @param zoneout that of forward
     * @param lengths {@code [B]}
     */
    void outputBackward(Stream stream, long a, long s, long dhNew, long ds, long dcNew, long dc, long zoneout, float rate,
            long lengths, int t, int batch, int hiddenSize) {
        arguments.clear().address(Expect.address("gates", a)).address(Expect.address("s", s))
                .address(Expect.address("dh_new", dhNew)).address(Expect.address("ds", ds)).address(dcNew)
                .address(Expect.address("dc", dc)).address(zoneout).float32(rate)
                .address(Expect.address("lengths", lengths));
        sizes(t, batch, hiddenSize);
        launch(stream, outputBackward, batch, hiddenSize);
    }

    /**
     * From the gradient of c' to those of the gates.
     *
     * @param a {@code [B, 4H]}: activated i, f, g and the gradient of o in, the gradients of the products out
     * @param c {@code [T+1, B, H]}
     * @param dcNew gradient of c'
     * @param dc carried from step to step
     * @param peephole {@code [3H]}; 0 for none
     * @param candidate its mask; 0 for ones
     * @param clip infinity for none
     * @param lengths {@code [B]}
     */
    void gatesBackward(Stream stream, long a, long c, long dcNew, long dc, long peephole, long candidate, float clip,
            long lengths, int t, int batch, int hiddenSize, boolean reverse) {
        arguments.clear().address(Expect.address("gates", a)).address(Expect.address("c", c))
                .address(Expect.address("dc_new", dcNew)).address(Expect.address("dc", dc)).address(peephole)
                .address(candidate).float32(clip).address(Expect.address("lengths", lengths));
        sizes(t, batch, hiddenSize, reverse);
        launch(stream, gatesBackward, batch, hiddenSize);
    }
}
