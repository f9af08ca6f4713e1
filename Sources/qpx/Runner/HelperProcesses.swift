internal import Synchronization

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif
#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// Workers that this process started beside itself. They share nothing with it but the database.
final class HelperProcesses: Sendable {
    private let running = Mutex<[pid_t]>([])

    /// Starts the program once more.
    /// - Returns: the number of the process.
    /// - Throws: `Failure` when the system refuses.
    @discardableResult
    func start(_ arguments: [String]) throws(Failure) -> Int32 {
        let program = Self.program
        #if canImport(Darwin)
            var attributes: posix_spawnattr_t?
            var actions: posix_spawn_file_actions_t?
        #else
            var attributes = posix_spawnattr_t()
            var actions = posix_spawn_file_actions_t()
        #endif
        posix_spawnattr_init(&attributes)
        posix_spawn_file_actions_init(&actions)
        defer {
            posix_spawnattr_destroy(&attributes)
            posix_spawn_file_actions_destroy(&actions)
        }
        // This process ignores the signals that it takes from a queue; the new one must hear them from its first moment.
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigaddset(&signals, SIGINT)
        sigaddset(&signals, SIGTERM)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF) | Int16(POSIX_SPAWN_SETSIGMASK))
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)

        let environment = ProcessInfo.processInfo.environment.map { "\($0.key)=\($0.value)" }
        var words: [UnsafeMutablePointer<CChar>?] = (["qpx"] + arguments).map { strdup($0) } + [nil]
        var variables: [UnsafeMutablePointer<CChar>?] = environment.map { strdup($0) } + [nil]
        defer { for text in words + variables { free(text) } }
        var number: pid_t = 0
        let code = posix_spawn(&number, program, &actions, &attributes, &words, &variables)
        guard code == 0 else {
            throw Failure(.failed, "\(program): another process cannot be started: \(SystemError.text(code))")
        }
        running.withLock { $0.append(number) }
        return number
    }

    /// How a process ended: by a signal, else with an exit status.
    struct Ending: Sendable, Equatable {
        /// Number of the process.
        var process: Int32
        /// The signal that ended it; 0 for none.
        var signal: Int32
        /// Its exit status where no signal ended it.
        var status: Int32
    }

    /// Takes note of those that have ended.
    func endings() -> [Ending] {
        running.withLock { running in
            var endings: [Ending] = []
            running.removeAll { number in
                var status: Int32 = 0
                guard waitpid(number, &status, WNOHANG) == number else { return false }
                // A status as wait(2) describes it: the signal in the lowest bits, else the exit status above them.
                endings.append(Ending(process: number, signal: status & 0x7f, status: status >> 8 & 0xff))
                return true
            }
            return endings
        }
    }

    /// Takes note of workers that have ended.
    /// - Returns: how each of them ended, unless it was done: one line.
    func ended() -> [String] {
        endings().compactMap { ending in
            if ending.signal != 0 {
                return "worker \(ending.process) was ended by signal \(ending.signal); its trial is given out again"
            }
            return ending.status == 0 ? nil : "worker \(ending.process) ended with status \(ending.status)"
        }
    }

    /// Asks all of them to end and waits for it, a few seconds at most: each records first what it was at.
    func end() {
        for number in running.withLock({ $0 }) { kill(number, SIGTERM) }
        for _ in 0..<1000 {
            _ = ended()
            if running.withLock(\.isEmpty) { return }
            usleep(10_000)
        }
    }

    /// The file of this program: as it runs, also where another was put in its place meanwhile.
    private static var program: String {
        let own = "/proc/self/exe"
        return access(own, X_OK) == 0 ? own : CommandLine.arguments.first ?? "qpx"
    }
}
