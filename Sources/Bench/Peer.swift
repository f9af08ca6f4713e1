internal import Foundation

/// PyTorch in a process of its own, asked for one piece of work at a time.
///
/// It waits on its input while qpx computes, so neither takes the processor from the other.
final class Peer {
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    private var rest = Data()
    /// Version of PyTorch.
    private(set) var version = ""

    /// What the peer answers.
    struct Answer: Decodable {
        var seconds: Double?
        var values: [Double]?
        var version: String?
    }

    /// Starts the interpreter and hands it the work.
    /// - Throws: `BenchError.peer`.
    init(python: String, script: String, work: Work) throws(BenchError) {
        process.executableURL = URL(fileURLWithPath: python)
        process.arguments = [script]
        process.environment = ProcessInfo.processInfo.environment.merging(
            ["OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"]) { _, new in new }
        process.standardInput = input
        process.standardOutput = output
        do { try process.run() } catch { throw .peer("\(python) does not start") }
        version = try ask(work).version ?? "?"
    }

    deinit {
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
    }

    /// One request, one answer.
    /// - Throws: `BenchError.peer`.
    func ask(_ request: some Encodable) throws(BenchError) -> Answer {
        do {
            var line = try JSONEncoder().encode(request)
            line.append(UInt8(ascii: "\n"))
            try input.fileHandleForWriting.write(contentsOf: line)
        } catch { throw .peer("takes no request any more") }
        while true {
            if let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                let line = Data(rest[..<end])
                rest = Data(rest[(end + 1)...])
                guard let answer = try? JSONDecoder().decode(Answer.self, from: line) else {
                    throw .peer("answered '\(String(decoding: line.prefix(200), as: UTF8.self))'")
                }
                return answer
            }
            let data = output.fileHandleForReading.availableData
            if data.isEmpty { throw .peer("ended (its message is above)") }
            rest.append(data)
        }
    }

    /// Everything that is measured, in the peer's terms.
    struct Work: Encodable {
        struct Request: Encodable {
            let tokens: [Int32]
            let start: Int
        }
        struct Training: Encodable {
            struct Shape: Encodable {
                let name: String
                let down: [Int]
                let up: [Int]
            }
            let batches: [[[Int32]]]
            let shapes: [Shape]
            /// File of all factors' first values, float32, in the order of `shapes`.
            let factors: String
            let scaling: Float
            let learningRate: Double

            private enum CodingKeys: String, CodingKey {
                case batches, shapes, factors, scaling
                case learningRate = "learning_rate"
            }
        }
        let `do` = "load"
        let model: String
        let windows: [Request]
        let choices: [Request]
        let training: Training
    }

    /// Scores all requests of a kind.
    struct Score: Encodable {
        let `do` = "score"
        let what: String
        let bfloat16: Bool
    }

    /// Trains from the start.
    struct Train: Encodable {
        let `do` = "train"
    }

    /// Taylor importance of the MLP channels of all layers.
    struct Importance: Encodable {
        let `do` = "importance"
        let sequences: [[Int32]]
        let order: String
    }

    /// Quantizes a random matrix; answers without seconds where bitsandbytes is missing.
    struct Quantize: Encodable {
        let `do` = "quantize"
        let rows: Int
        let columns: Int
        let precision: String
    }

    /// Multiplies matrices of ones.
    struct Multiply: Encodable {
        let `do` = "product"
        let rows: Int
        let columns: Int
        let inner: Int
        let library: String
    }
}
