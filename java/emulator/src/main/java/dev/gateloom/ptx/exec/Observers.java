package dev.gateloom.ptx.exec;

import dev.gateloom.ptx.memory.Access;
import dev.gateloom.ptx.memory.Region;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** Several observers as one. */
public final class Observers implements Observer {
    private final List<Observer> all;

    private Observers(List<Observer> all) {
        this.all = all;
    }

    /**
     * Joins observers.
     *
     * @param some any of which may be null: nobody
     * @return all the others; null if there are none
     */
    public static Observer of(Observer... some) {
        List<Observer> present = Arrays.stream(some).filter(Objects::nonNull).toList();
        return present.isEmpty() ? null : present.size() == 1 ? present.get(0) : new Observers(present);
    }

    @Override
    public void access(Warp warp, Op op, Region region, int lanes, int[] offsets, Access access) {
        all.forEach(one -> one.access(warp, op, region, lanes, offsets, access));
    }

    @Override
    public void arrive(Warp warp, Op op, int lanes, int barrier, boolean wait) {
        all.forEach(one -> one.arrive(warp, op, lanes, barrier, wait));
    }

    @Override
    public void open(Cta cta, int barrier) {
        all.forEach(one -> one.open(cta, barrier));
    }

    @Override
    public void warpSync(Warp warp, int lanes) {
        all.forEach(one -> one.warpSync(warp, lanes));
    }

    @Override
    public void fence(Warp warp, Op op, int lanes, Access.Order order, Access.Scope scope) {
        all.forEach(one -> one.fence(warp, op, lanes, order, scope));
    }

    @Override
    public void copied(Warp warp, AsyncCopy copy) {
        all.forEach(one -> one.copied(warp, copy));
    }

    @Override
    public void exit(Warp warp, int lanes) {
        all.forEach(one -> one.exit(warp, lanes));
    }

    @Override
    public void clusterArrive(Warp warp, Op op, int lanes, boolean release) {
        all.forEach(one -> one.clusterArrive(warp, op, lanes, release));
    }

    @Override
    public void clusterOpen(Cluster cluster) {
        all.forEach(one -> one.clusterOpen(cluster));
    }

    @Override
    public void clusterWait(Warp warp, int lanes) {
        all.forEach(one -> one.clusterWait(warp, lanes));
    }
}
