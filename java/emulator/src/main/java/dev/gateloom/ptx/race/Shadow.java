package dev.gateloom.ptx.race;

import dev.gateloom.ptx.memory.Region;

/** What is remembered of a region of memory, in pages that come into being when they are touched. */
final class Shadow {
    private final Page[] pages;

    private Shadow(int bytes) {
        pages = new Page[(bytes >> Page.BITS) + 1];
    }

    static Shadow of(Region region) {
        Shadow shadow = (Shadow) region.notes();
        if (shadow == null) {
            shadow = new Shadow(region.size());
            region.notes(shadow);
        }
        return shadow;
    }

    Page page(int offset) {
        int index = offset >> Page.BITS;
        Page page = pages[index];
        if (page == null) {
            page = new Page();
            pages[index] = page;
        }
        return page;
    }
}
