package dev.gateloom.spi;

/** The threads of an engine, for a trainer's loops over many values. One caller at a time. */
public interface Workers {
    /** The calling thread by itself. */
    Workers NONE = (parts, work) -> {
        for (int part = 0; part < parts; part++) {
            work.compute(part);
        }
    };

    /** An engine that lends its threads. */
    interface Source {

        /**
         * Its threads.
         *
         * @return the threads; usable until the engine is closed
         */
        Workers workers();
    }

    /** Work that is divided into parts, each of some microseconds, none of which needs another. */
    interface Work {

        /**
         * Does one part.
         *
         * @param part 0 to the number of parts less 1
         */
        void compute(int part);
    }

    /**
     * Does every part once, in any order, several at once; few parts on the calling thread alone. Allocates nothing on threads of the
     * engine's own.
     *
     * @param parts their number, at least 0
     * @param work what to do
     */
    void run(int parts, Work work);
}
