internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// A program that is run in a process group of its own, so that it and everything it starts can be ended together.
struct ChildProcess {
    /// How a program ended.
    enum Ending: Sendable, Equatable {
        /// By itself, with this exit status.
        case exited(Int32)
        /// By this signal.
        case signalled(Int32)
        /// By this program, because its time was up.
        case timedOut
    }

    /// Why a program did not start.
    struct NotStarted: Error, Equatable, CustomStringConvertible {
        /// The operating system's reason, or a file that cannot be opened.
        let description: String
    }

    /// Command for `/bin/sh -c`.
    let command: String
    /// Added to this program's environment.
    let environment: [(name: String, value: String)]
    /// File that it reads as standard input.
    let input: String
    /// Files that standard output and standard error go to, made anew.
    let output: String
    let error: String

    /// Seconds between the request to end and the order.
    private static let grace = 5.0
    /// Process groups that run, so that an interruption can end them.
    private static let running = Mutex<Set<pid_t>>([])

    /// Runs the program to its end.
    /// - Parameter timeout: seconds after which it is ended; nil for never.
    func run(timeout: Double?) throws(NotStarted) -> Ending {
        let pid = try start()
        defer { Self.running.withLock { _ = $0.remove(pid) } }
        let deadline = timeout.map { MonotonicClock.seconds + $0 }
        var pause: UInt32 = 1000
        while true {
            if let status = Self.status(of: pid) { return Self.ending(status) }
            if let deadline, MonotonicClock.seconds >= deadline {
                Self.end([pid]) { Self.status(of: pid) != nil }
                return .timedOut
            }
            usleep(pause)
            pause = min(pause * 2, 50_000)
        }
    }

    /// Ends every program that runs: this process is about to end.
    static func endAll() {
        let pids = running.withLock { $0 }
        if !pids.isEmpty { end(pids) { false } }
    }

    /// Asks process groups to end, waits, then makes them.
    /// - Parameter reap: takes note of leaders that have ended: until then their groups seem to be there.
    private static func end(_ pids: Set<pid_t>, reap: () -> Bool) {
        for pid in pids { kill(-pid, SIGTERM) }
        let deadline = MonotonicClock.seconds + grace
        while MonotonicClock.seconds < deadline {
            _ = reap()
            // A group whose leader nobody has waited for is still there; then the wait lasts until the grace is over.
            if pids.allSatisfy({ kill(-$0, 0) != 0 || isOnlyZombie($0) }) { return }
            usleep(20_000)
        }
        for pid in pids { kill(-pid, SIGKILL) }
        for _ in 0..<50 where !reap() { usleep(20_000) }
    }

    /// Whether the leader has ended and waits to be taken note of.
    private static func isOnlyZombie(_ pid: pid_t) -> Bool {
        var info = siginfo_t()
        return waitid(P_PID, id_t(pid), &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_signo == SIGCHLD
    }

    /// The status of a process that has ended; nil while it runs.
    private static func status(of pid: pid_t) -> Int32? {
        var status: Int32 = 0
        while true {
            let found = waitpid(pid, &status, WNOHANG)
            if found == pid { return status }
            if found == 0 { return nil }
            if errno != EINTR { return 0 }
        }
    }

    /// The macros of `wait`, which Swift does not import.
    private static func ending(_ status: Int32) -> Ending {
        let signal = status & 0x7f
        return signal == 0 ? .exited(status >> 8 & 0xff) : .signalled(signal)
    }

    private func start() throws(NotStarted) -> pid_t {
        #if canImport(Darwin)
            var actions: posix_spawn_file_actions_t?
            var attributes: posix_spawnattr_t?
        #else
            var actions = posix_spawn_file_actions_t()
            var attributes = posix_spawnattr_t()
        #endif
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0o644)
        posix_spawn_file_actions_addopen(&actions, 2, error, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0o644)
        // Signals that this program handles itself would stay ignored in the other one.
        var defaults = sigset_t()
        var blocked = sigset_t()
        sigemptyset(&defaults)
        sigemptyset(&blocked)
        for signal in [SIGINT, SIGTERM, SIGPIPE, SIGHUP] { sigaddset(&defaults, signal) }
        posix_spawnattr_setsigdefault(&attributes, &defaults)
        posix_spawnattr_setsigmask(&attributes, &blocked)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
        var arguments: [UnsafeMutablePointer<CChar>?] =
            ["/bin/sh", "-c", command].map { (text: String) in strdup(text) } + [nil]
        var variables: [UnsafeMutablePointer<CChar>?] = self.variables().map { strdup($0) } + [nil]
        defer { for text in arguments + variables { free(text) } }
        var pid: pid_t = 0
        // Under the lock, so that an interruption between start and note cannot miss it.
        let code = Self.running.withLock { running in
            let code = posix_spawn(&pid, "/bin/sh", &actions, &attributes, &arguments, &variables)
            if code == 0 { running.insert(pid) }
            return code
        }
        guard code == 0 else { throw NotStarted(description: SystemError.text(code)) }
        return pid
    }

    /// This program's environment with the additions.
    private func variables() -> [String] {
        let own = Set(environment.map(\.name))
        var variables: [String] = []
        var entry = environ
        while let text = entry.pointee {
            let variable = String(cString: text)
            if !own.contains(String(variable.prefix { $0 != "=" })) { variables.append(variable) }
            entry += 1
        }
        return variables + environment.map { "\($0.name)=\($0.value)" }
    }
}
