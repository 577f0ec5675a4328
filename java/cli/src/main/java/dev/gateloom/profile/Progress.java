package dev.gateloom.profile;

/** Follows the launches of a pass. */
public interface Progress {
    /** Tells nobody. */
    Progress SILENT = new Progress() {
        @Override
        public void expect(int launches) {
        }

        @Override
        public void ended() {
        }
    };

    /**
     * More launches are on their way.
     *
     * @param launches how many
     */
    void expect(int launches);

    /** One of them has ended. */
    void ended();
}
