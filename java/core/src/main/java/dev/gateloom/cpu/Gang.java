package dev.gateloom.cpu;

/** The threads that work on one call together. */
interface Gang {
    /** The calling thread by itself. */
    Gang SOLO = new Gang() {
        @Override
        public int size() {
            return 1;
        }

        @Override
        public void barrier() {
            // nobody to wait for
        }
    };

    /** Threads, the calling one included. */
    int size();

    /** Waits until all have arrived; what any of them wrote before is seen by all after. */
    void barrier();

    /** What each thread of a gang does. Who computes an element may depend on the gang, its bits must not. */
    interface Task {
        /**
         * Does one thread's share.
         *
         * @param id 0 to {@code gang.size() - 1}
         * @param gang for barriers, which all its threads must reach
         */
        void work(int id, Gang gang);
    }
}
