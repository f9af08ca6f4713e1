#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Which process on which host does something. A process number alone is used again after a while, so the time at which
/// the process began belongs to it.
public struct ProcessIdentity: Equatable, Sendable {
    /// The host's name.
    public var host: String
    /// The process number.
    public var pid: Int
    /// What tells this process from an earlier one of the same number on this host; nil where the system does not say.
    public var started: String?

    /// An identity from its parts.
    public init(host: String, pid: Int, started: String?) {
        self.host = host
        self.pid = pid
        self.started = started
    }

    /// This process.
    public static func current() -> ProcessIdentity {
        let pid = Int(getpid())
        return ProcessIdentity(host: hostName(), pid: pid, started: startTime(ofProcess: pid))
    }

    /// Whether the process still runs; nil when it belongs to another host, from where it cannot be seen.
    public func isAlive(seenFrom observer: ProcessIdentity = .current()) -> Bool? {
        guard host == observer.host else { return nil }
        guard pid > 0, let number = pid_t(exactly: pid) else { return false }
        // Signal 0 only asks; EPERM means that the process is there and another user's.
        guard kill(number, 0) == 0 || errno == EPERM else { return false }
        guard let started, let found = Self.startTime(ofProcess: pid) else { return true }
        return started == found
    }

    /// The host's name as the system knows it.
    public static func hostName() -> String {
        var buffer = [CChar](repeating: 0, count: 256)
        guard gethostname(&buffer, buffer.count - 1) == 0 else { return "unknown" }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// The machine's boot and the clock ticks from there to the process's start, from Linux's /proc.
    private static func startTime(ofProcess pid: Int) -> String? {
        guard let status = contents("/proc/\(pid)/stat"), let boot = contents("/proc/sys/kernel/random/boot_id") else {
            return nil
        }
        // The second field is the command in parentheses and may hold anything; field 22 is the start time.
        guard let end = status.lastIndex(of: ")") else { return nil }
        let fields = status[status.index(after: end)...].split(separator: " ")
        guard fields.count > 19 else { return nil }
        return "\(boot.prefix { $0 != "\n" }) \(fields[19])"
    }

    private static func contents(_ path: String) -> String? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = fread(&buffer, 1, buffer.count, file)
        return count > 0 ? String(decoding: buffer[..<count], as: UTF8.self) : nil
    }
}
