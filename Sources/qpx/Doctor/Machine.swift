#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// What there is to compute with.
enum Machine {
    /// Bytes of memory that could be used now; nil where the system does not say.
    static var availableMemory: Int? { memory("MemAvailable") }
    /// Bytes of memory altogether.
    static var totalMemory: Int? { memory("MemTotal") ?? Int(clamping: ProcessInfo.processInfo.physicalMemory) }

    /// Bytes that this process's group may have; nil without a limit (Linux, control groups version 2).
    static var memoryLimit: Int? {
        text("/sys/fs/cgroup/memory.max").flatMap { Int($0.filter { !$0.isWhitespace }) }
    }

    /// Processors that this process's group may keep busy; nil without a limit.
    static var processorLimit: Double? {
        guard let parts = text("/sys/fs/cgroup/cpu.max")?.split(whereSeparator: \.isWhitespace), parts.count == 2,
            let quota = Double(parts[0]), let period = Double(parts[1]), quota > 0, period > 0
        else { return nil }
        return quota / period
    }

    private static func memory(_ key: String) -> Int? {
        let line = text("/proc/meminfo")?.split(separator: "\n").first { $0.hasPrefix(key + ":") }
        guard let words = line?.split(separator: " "), words.count >= 2, let count = Int(words[1]) else { return nil }
        let bytes = count.multipliedReportingOverflow(by: 1024)
        return bytes.overflow ? nil : bytes.partialValue
    }

    private static func text(_ path: String) -> String? {
        FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
    }
}

extension HubCache {
    /// A downloaded model.
    struct Model: Equatable {
        var name: String
        var bytes: Int
    }

    /// The models that are there, by name.
    var models: [Model] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.filter { $0.hasPrefix("models--") }.sorted().map { name in
            Model(
                name: name.dropFirst("models--".count).replacing("--", with: "/").description,
                bytes: FolderScan.files(below: folder + "/" + name).reduce(0) { $0 + $1.bytes })
        }
    }
}
