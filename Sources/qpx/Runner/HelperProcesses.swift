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
    /// - Throws: `Failure` when the system refuses.
    func start(_ arguments: [String]) throws(Failure) {
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
            throw Failure(.failed, "\(program): another worker cannot be started: \(SystemError.text(code))")
        }
        running.withLock { $0.append(number) }
    }

    /// Takes note of those that have ended.
    /// - Returns: how each of them ended, unless it was done: one line.
    func ended() -> [String] {
        running.withLock { running in
            var messages: [String] = []
            running.removeAll { number in
                var status: Int32 = 0
                guard waitpid(number, &status, WNOHANG) == number else { return false }
                // A status as wait(2) describes it: the signal in the lowest bits, else the exit status above them.
                let (signal, code) = (status & 0x7f, status >> 8 & 0xff)
                if signal != 0 {
                    messages.append("worker \(number) was ended by signal \(signal); its trial is given out again")
                } else if code != 0 {
                    messages.append("worker \(number) ended with status \(code)")
                }
                return true
            }
            return messages
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
