package dev.gateloom.ptx;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Which instructions of the kernels that it writes out a test is about: a wrong one among them would fail it. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@interface Covers {

    /** Names with all modifiers. */
    String[] value();
}
