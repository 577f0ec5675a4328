package dev.gateloom.ptx;

import dev.gateloom.device.Device;
import dev.gateloom.device.DeviceException;
import dev.gateloom.device.DeviceMemory;
import dev.gateloom.device.DeviceProperties;
import dev.gateloom.device.Event;
import dev.gateloom.device.HostMemory;
import dev.gateloom.device.Kernel;
import dev.gateloom.device.Launch;
import dev.gateloom.device.Program;
import dev.gateloom.device.Stream;
import dev.gateloom.ptx.exec.Approximations;
import dev.gateloom.ptx.exec.Geometry;
import dev.gateloom.ptx.exec.Grid;
import dev.gateloom.ptx.exec.KernelFault;
import dev.gateloom.ptx.exec.Observers;
import dev.gateloom.ptx.exec.Policy;
import dev.gateloom.ptx.exec.SeededRandom;
import dev.gateloom.ptx.memory.GlobalMemory;
import dev.gateloom.ptx.memory.Region;
import dev.gateloom.ptx.race.RaceDetector;
import dev.gateloom.ptx.race.Task;
import dev.gateloom.ptx.race.Timeline;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/** The emulated device. After a kernel has failed every call fails with the same error, as after a fault on hardware. */
public final class EmulatorDevice implements Device {
    private static final Logger LOG = System.getLogger(EmulatorDevice.class.getName());
    private static final int OLDEST_ARCHITECTURE = 50;

    private final EmulatorOptions options;
    private final DeviceProperties properties;
    private final GlobalMemory memory;
    private final Approximations approximations;
    private final SeededRandom random;
    private final Map<Object, LoadedProgram> programs = new HashMap<>();
    private final Map<List<Object>, KernelCounters> counters = new LinkedHashMap<>();     // by code and geometry
    private final Set<Object> live = Collections.newSetFromMap(new IdentityHashMap<>());
    private final List<EmulatorStream> streams = new ArrayList<>();
    private final Timeline timeline = new Timeline();
    private Timeline.Point awaited;
    private DeviceException failure;
    private boolean closed;
    private boolean countDistinct;
    private long launches;
    /** The last epoch of all launches: later ones have later epochs, so that what they did is old without being forgotten. */
    private int raceEpoch;
    private long handles;

    /**
     * Opens a device.
     *
     * @param options what it is
     */
    public EmulatorDevice(EmulatorOptions options) {
        this.options = options;
        properties = Limits.properties(options);
        memory = new GlobalMemory(options.memory(), options.checkInitialised());
        approximations = options.perturbed() ? Approximations.perturbed(options.architecture()) : Approximations.nearest();
        random = new SeededRandom(options.seed());
        streams.add(new EmulatorStream(this, 0));
    }

    @Override
    public String name() {
        return "PTX emulator (sm_" + options.architecture() + ")";
    }

    @Override
    public DeviceProperties properties() {
        return properties;
    }

    @Override
    public synchronized Kernel kernel(Program program, String name) {
        check("cuModuleLoadData");
        LoadedProgram loaded = programs.get(program);
        if (loaded == null) {
            loaded = load(program.name(), newestPtx(program));
            programs.put(program, loaded);
        }
        int registers = Reports.registers(program.name(), name, options.architecture()).orElse(options.registers());
        return new EmulatorKernel(this, loaded, loaded.kernel(program.name(), name), registers);
    }

    /**
     * A kernel of PTX that is no resource: what a test has written or changed.
     *
     * @param ptx the text
     * @param name the kernel's name
     * @return the kernel
     * @throws DeviceException if the PTX is not supported or has no such kernel
     */
    public synchronized Kernel kernel(String ptx, String name) {
        check("cuModuleLoadData");
        LoadedProgram loaded = programs.computeIfAbsent(ptx, text -> load("PTX text", ptx));
        return new EmulatorKernel(this, loaded, loaded.kernel("PTX text", name), options.registers());
    }

    private LoadedProgram load(String name, String ptx) {
        return new LoadedProgram(name, ptx, options.architecture(), memory, approximations, options.seed());
    }

    private String newestPtx(Program program) {
        for (int architecture = options.architecture(); architecture >= OLDEST_ARCHITECTURE; architecture--) {
            byte[] ptx = program.ptx(architecture);
            if (ptx != null) {
                return new String(ptx, StandardCharsets.UTF_8);
            }
        }
        throw Errors.noBinary("cuModuleLoadData", "program " + program.name() + " has no PTX for sm_"
                + options.architecture() + " or older");
    }

    @Override
    public synchronized DeviceMemory allocate(long bytes, String purpose) {
        return allocate("cuMemAlloc", bytes, purpose, null);
    }

    synchronized DeviceMemory allocate(String call, long bytes, String purpose, EmulatorStream stream) {
        check(call);
        if (bytes < 1) {
            throw Errors.invalidValue(call, bytes + " bytes for " + purpose);
        }
        Region region = memory.allocate(bytes, purpose);
        if (region == null) {
            throw DeviceException.outOfMemory(call, memory.used() + bytes, bytes + " bytes for " + purpose + "; of " + options.memory()
                    + " bytes " + memory.used() + " are used: " + live());
        }
        return keep(new EmulatorMemory(this, region, stream));
    }

    synchronized void free(Region region) {
        memory.free(region);
    }

    @Override
    public synchronized HostMemory allocateHost(long bytes) {
        check("cuMemHostAlloc");
        if (bytes < 1 || bytes > Integer.MAX_VALUE) {
            throw Errors.invalidValue("cuMemHostAlloc", bytes + " bytes, expected 1 to " + Integer.MAX_VALUE);
        }
        return keep(new EmulatorHostMemory(this, (int) bytes));
    }

    @Override
    public synchronized Stream stream() {
        check("cuStreamCreate");
        EmulatorStream stream = keep(new EmulatorStream(this, ++handles));
        streams.add(stream);
        return stream;
    }

    @Override
    public synchronized Stream stream(long handle) {
        check("cuStreamGetCtx");
        EmulatorStream owned = streams.stream().filter(stream -> stream.handle() == handle).findFirst()
                .orElseThrow(() -> Errors.invalidHandle("cuStreamGetCtx", "no stream " + handle));
        return keep(new BorrowedStream(this, owned));
    }

    @Override
    public synchronized Event event() {
        check("cuEventCreate");
        return keep(new EmulatorEvent(this));
    }

    @Override
    public synchronized List<String> live() {
        return live.stream().map(Object::toString).sorted().toList();
    }

    /**
     * What kernels have done so far.
     *
     * @return one entry for each kernel and geometry, in the order of their first launches
     */
    public synchronized List<KernelCounters> counters() {
        return List.copyOf(counters.values());
    }

    /**
     * From now on also counts the different sectors that each launch touches and what it asks of each allocation, see
     * {@link KernelCounters#distinctBytes} and {@link KernelCounters#traffic}: takes time.
     */
    public synchronized void countDistinct() {
        countDistinct = true;
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        try {
            if (failure == null) {
                runUntil("cuCtxSynchronize", () -> streams.stream().allMatch(stream -> stream.queue().isEmpty()),
                        timeline.end());
            }
        } finally {
            closed = true;
            if (!live.isEmpty()) {
                LOG.log(Level.WARNING, "closed with open resources: " + live());
            }
            programs.values().forEach(program -> program.free(memory));
            memory.live().forEach(memory::free);
            live.clear();
        }
    }

    EmulatorOptions options() {
        return options;
    }

    Timeline timeline() {
        return timeline;
    }

    SeededRandom random() {
        return random;
    }

    synchronized <T> T keep(T resource) {
        live.add(resource);
        return resource;
    }

    synchronized boolean holds(Object resource) {
        return live.contains(resource);
    }

    /** Throws if a stream's event or graph was closed, or is another device's. */
    void requireOpen(String call, Object resource) {
        check(call);
        if (!holds(resource)) {
            throw Errors.invalidHandle(call, resource + " was closed, or belongs to another device");
        }
    }

    /** Whether it was open until now. */
    synchronized boolean forget(Object resource) {
        return live.remove(resource);
    }

    synchronized void check(String call) {
        if (closed) {
            throw Errors.invalidContext(call);
        }
        if (failure != null) {
            throw Errors.again(call, failure);
        }
    }

    /** The allocation that holds some bytes. */
    synchronized Region range(String call, long address, long bytes) {
        Region region = memory.at(address);
        if (region == null || region.freed() || bytes < 0 || address - region.address() > region.size() - bytes) {
            throw Errors.invalidValue(call, bytes + " bytes at 0x" + Long.toHexString(address) + (region == null
                    ? " are in no allocation" : region.freed() ? " are in memory that was freed (" + region.purpose() + ")"
                    : " pass the end of " + region.purpose() + " of " + region.size() + " bytes"));
        }
        return region;
    }

    synchronized void enqueue(EmulatorStream stream, Work work, Task task) {
        stream.queue().add(new Work.Queued(work, task));
    }

    /** Runs a piece of work, which may race with work of other streams. */
    void execute(String call, Work work, Task task) {
        Task watched = options.checkRaces() && task != null && timeline.mayRace(task, awaited) ? task : null;
        work.run(watched);
        if (watched != null && !watched.reports().isEmpty()) {
            throw Errors.failed(call, String.join("\n", watched.reports()));
        }
    }

    synchronized void closeStream(EmulatorStream stream) {
        if (stream.handle() == 0 || !forget(stream)) {
            return;
        }
        try {
            if (failure == null && !closed) {
                runUntil("cuStreamDestroy", () -> stream.queue().isEmpty(), stream.end());
            }
        } finally {
            streams.remove(stream);
        }
    }

    /**
     * Runs work of all streams, in a seeded order that respects events, until a condition holds.
     *
     * @param point what the host knows to have run then
     */
    synchronized void runUntil(String call, BooleanSupplier reached, Timeline.Point point) {
        check(call);
        awaited = point;
        while (!reached.getAsBoolean()) {
            List<EmulatorStream> ready = streams.stream()
                    .filter(stream -> !stream.queue().isEmpty() && stream.queue().peek().work().ready()).toList();
            if (ready.isEmpty()) {
                throw Errors.failed(call, "every stream waits for an event that is recorded behind it");
            }
            Work.Queued next = ready.get(random.below(ready.size())).queue().poll();
            try {
                execute(call, next.work(), next.task());
            } catch (DeviceException e) {
                failure = e;
                streams.forEach(stream -> stream.queue().clear());
                throw e;
            }
        }
        timeline.waited(point);
    }

    /** Runs a launch that was accepted before. */
    synchronized void run(EmulatorKernel kernel, Launch launch, byte[] arguments, Task task) {
        int resident = Math.max(1, kernel.occupancy(launch.threads(), launch.dynamicSharedBytes()))
                * options.multiprocessors();
        Policy policy = new Policy(options.seed(), options.quantum(), resident, options.multiprocessors(),
                options.patience(), options.checkInitialised());
        Geometry geometry = new Geometry(launch.gridX(), launch.gridY(), launch.gridZ(), launch.blockX(), launch.blockY(),
                launch.blockZ(), launch.dynamicSharedBytes());
        RaceDetector races = !options.checkRaces() ? null
                : new RaceDetector(kernel.code(), geometry, raceEpoch + 1, task);
        DistinctSectors distinct = countDistinct ? new DistinctSectors() : null;
        Grid grid = new Grid(kernel.code(), geometry, arguments, memory, kernel.program().constants(), policy,
                Observers.of(races, distinct), ++launches);
        String what = "kernel " + kernel.name() + launch;
        try {
            grid.run();
        } catch (KernelFault e) {
            throw new DeviceException("cuLaunchKernel", e.code(), e.codeName(), what + ": " + e.getMessage()
                    + (races == null ? "" : races.reports().stream().map(race -> "\n" + race).collect(Collectors.joining())))
                    .ofLaunch(kernel.name(), launch, kernel.clusterBlocks());
        } finally {
            counters.computeIfAbsent(List.of(kernel.code(), launch), key -> new KernelCounters(kernel.name(), launch))
                    .add(grid.profile(), distinct);
            raceEpoch = races == null ? raceEpoch : races.lastEpoch();
        }
        List<String> found = new ArrayList<>(grid.findings().texts());
        if (races != null) {
            found.addAll(races.reports());
        }
        if (!found.isEmpty()) {
            throw Errors.failed("cuLaunchKernel", what + ": " + found.size() + " finding(s)\n" + String.join("\n", found))
                    .ofLaunch(kernel.name(), launch, kernel.clusterBlocks());
        }
    }
}
