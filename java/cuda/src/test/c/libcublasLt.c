// What libcublas.so.12 is linked to: here it has nothing to do.
typedef int no_empty_translation_unit;
