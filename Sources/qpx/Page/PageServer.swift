internal import Dispatch
internal import Hummingbird
internal import HummingbirdCore
internal import Logging
internal import NIOCore
internal import Store
internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// Serves the page until it is interrupted.
struct PageServer: Sendable {
    /// Where to listen.
    let host: String
    /// The port; 0 is any that is free.
    let port: Int
    /// Whether any free port will do where this one is taken.
    let isPortOptional: Bool
    let responder: PageResponder

    /// Listens, says where, and answers until a signal comes.
    /// - Parameter began: called with the port once it listens.
    /// - Returns: with which status the program is to end.
    func run(began: @escaping @Sendable (Int) -> Void) throws -> ExitStatus {
        do {
            return try listen(port, began: began)
        } catch let failure as Failure where failure.code == Self.taken && isPortOptional {
            return try listen(0, began: began)
        }
    }

    private static let taken = "port_taken"

    private func listen(_ port: Int, began: @escaping @Sendable (Int) -> Void) throws -> ExitStatus {
        var logger = Logger(label: "qpx")
        logger.logLevel = .critical
        let application = Application(
            responder: responder,
            configuration: ApplicationConfiguration(address: .hostname(host, port: port), reuseAddress: true),
            onServerRunning: { channel in began(channel.localAddress?.port ?? port) },
            logger: logger)
        let status = Mutex(ExitStatus.done)
        let outcome = Mutex<(any Error)?>(nil)
        let done = DispatchSemaphore(value: 0)
        let task = Task {
            do { try await application.run() } catch { outcome.withLock { $0 = error } }
            done.signal()
        }
        let sources = Self.onSignals { number in
            status.withLock { $0 = number == SIGINT ? .interrupted : .terminated }
            task.cancel()
        }
        done.wait()
        for source in sources { source.cancel() }
        let ended = status.withLock { $0 }
        if ended != .done { return ended }
        throw failure(outcome.withLock { $0 }, port)
    }

    /// Calls a function when the process is asked to end.
    private static func onSignals(_ end: @escaping @Sendable (Int32) -> Void) -> [any DispatchSourceSignal] {
        let queue = DispatchQueue(label: "signals")
        return [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler { end(number) }
            source.resume()
            return source
        }
    }

    private func failure(_ error: (any Error)?, _ port: Int) -> Failure {
        guard let error else { return Failure(.failed, "the server ended by itself") }
        if let error = error as? IOError {
            switch error.errnoCode {
            case EADDRINUSE:
                return Failure(
                    .conflict, code: Self.taken, "--port: \(port) is taken by another program",
                    hint: "name another one, or 0 for any that is free")
            case EACCES:
                return Failure(
                    .failed, "--port: \(port) may not be listened on", hint: "ports from 1024 on are for everybody")
            case EADDRNOTAVAIL:
                return .usage("--host: '\(host)' is no address of this machine", hint: "leave it out for this machine")
            default: return Failure(.failed, "\(host):\(port): \(SystemError.text(error.errnoCode))")
            }
        }
        if error is SocketAddressError || error is SocketAddressError.UnknownHost {
            return .usage("--host: '\(host)' is no address of this machine", hint: "leave it out for this machine")
        }
        return Failure(.failed, "\(host):\(port): \(error)")
    }
}
