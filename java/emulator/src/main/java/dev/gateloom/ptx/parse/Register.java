package dev.gateloom.ptx.parse;

/**
 * A virtual register of one function.
 *
 * @param index unique in its function, from 0
 * @param name as declared; the same name in two scopes makes two registers
 * @param type as declared
 */
public record Register(int index, String name, PtxType type) {
}
