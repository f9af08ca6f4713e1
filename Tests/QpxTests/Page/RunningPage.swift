import Foundation

/// `qpx ui` while it runs, and what it answers to requests that no browser would make.
final class RunningPage {
    /// What came back.
    struct Answer {
        var status: Int
        /// By name in lower case.
        var headers: [String: String]
        var body: String

        func json<Value: Decodable>(_ type: Value.Type) throws -> Value {
            try JSONDecoder().decode(type, from: Data(body.utf8))
        }
    }

    private struct Begun: Decodable {
        var url: String
        var port: UInt16
    }

    private struct NoServer: Error {}

    private let process = Process()
    let port: UInt16
    let url: String

    /// Starts it on a free port and waits until it listens.
    init(in folder: String, _ arguments: [String] = ["--port", "0"]) throws {
        let out = Pipe()
        process.executableURL = Binary.url
        process.arguments = ["ui", "--json"] + arguments
        process.currentDirectoryURL = URL(filePath: folder)
        process.environment = ["PATH": "/usr/bin:/bin", "HOME": folder]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = out
        process.standardError = FileHandle.nullDevice
        try process.run()
        var line = Data()
        while line.last != UInt8(ascii: "\n") {
            let piece = out.fileHandleForReading.availableData
            if piece.isEmpty { throw NoServer() }
            line += piece
        }
        let begun = try JSONDecoder().decode(Begun.self, from: line)
        port = begun.port
        url = begun.url
    }

    /// Sends a signal and waits for the end: the exit status, or 128 and the signal's number.
    func end(_ signal: Int32) -> Int32 {
        kill(process.processIdentifier, signal)
        process.waitUntilExit()
        return process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus
    }

    deinit {
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    }

    /// Asks for something, with exactly these headers beside `Connection`.
    func ask(
        _ path: String, method: String = "GET", host: String? = "127.0.0.1", headers: [String: String] = [:]
    ) throws -> Answer {
        let socket = try connect()
        defer { close(socket) }
        var text = "\(method) \(path) HTTP/1.1\r\nConnection: close\r\n"
        if let host { text += "Host: \(host)\r\n" }
        for (name, value) in headers.sorted(by: { $0.key < $1.key }) { text += "\(name): \(value)\r\n" }
        send(text + "\r\n", to: socket)
        var bytes = Data()
        while let piece = receive(from: socket) { bytes += piece }
        return try Self.answer(bytes)
    }

    /// The first part of a stream that has no end: read until it has a text.
    /// - Parameter meanwhile: called once the stream has begun.
    func stream(_ path: String, until end: String, meanwhile: () throws -> Void) throws -> String {
        let socket = try connect()
        defer { close(socket) }
        send("GET \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", to: socket)
        var text = ""
        var hasBegun = false
        while !text.contains(end), let piece = receive(from: socket) {
            text += String(decoding: piece, as: UTF8.self)
            if !hasBegun, text.contains("event: open") {
                hasBegun = true
                try meanwhile()
            }
        }
        return text
    }

    private func connect() throws -> Int32 {
        #if canImport(Glibc)
            let kind = Int32(SOCK_STREAM.rawValue)
        #else
            let kind = SOCK_STREAM
        #endif
        let descriptor = socket(AF_INET, kind, 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var limit = timeval(tv_sec: 30, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        let code = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Foundation.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard code == 0 else { throw NoServer() }
        return descriptor
    }

    private func send(_ text: String, to socket: Int32) {
        _ = Array(text.utf8).withUnsafeBytes { Foundation.send(socket, $0.baseAddress, $0.count, 0) }
    }

    private func receive(from socket: Int32) -> Data? {
        var piece = [UInt8](repeating: 0, count: 65_536)
        let count = recv(socket, &piece, piece.count, 0)
        return count > 0 ? Data(piece.prefix(count)) : nil
    }

    private static func answer(_ bytes: Data) throws -> Answer {
        guard let middle = bytes.firstRange(of: Data("\r\n\r\n".utf8)) else { throw NoServer() }
        let head = String(decoding: bytes[..<middle.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
        var headers: [String: String] = [:]
        for line in head.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            headers[line[..<colon].lowercased()] = line[line.index(after: colon)...].trimmingCharacters(
                in: .whitespaces)
        }
        let status = head[0].split(separator: " ").dropFirst().first.flatMap { Int($0) }
        return Answer(
            status: status ?? 0, headers: headers,
            body: String(decoding: bytes[middle.upperBound...], as: UTF8.self))
    }
}
