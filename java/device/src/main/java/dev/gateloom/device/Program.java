package dev.gateloom.device;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * The compiled code of one {@code .cu} file: cubins for real architectures, PTX for virtual ones, as resources of a jar.
 *
 * @param name of the file, without {@code .cu}
 * @param owner a class of the jar that holds {@code dev/gateloom/kernels/NAME/sm_NN.cubin} and {@code compute_NN.ptx}
 */
public record Program(String name, Class<?> owner) {

    /**
     * Machine code.
     *
     * @param architecture 90 for sm_90
     * @return the cubin; null if there is none for it
     */
    public byte[] cubin(int architecture) {
        return read("sm_" + architecture + ".cubin");
    }

    /**
     * PTX.
     *
     * @param architecture 90 for compute_90
     * @return the text, without the closing 0 that drivers expect; null if there is none for it
     */
    public byte[] ptx(int architecture) {
        return read("compute_" + architecture + ".ptx");
    }

    private byte[] read(String file) {
        String path = "/dev/gateloom/kernels/" + name + "/" + file;
        try (InputStream in = owner.getResourceAsStream(path)) {
            return in == null ? null : in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("reading " + path, e);
        }
    }
}
