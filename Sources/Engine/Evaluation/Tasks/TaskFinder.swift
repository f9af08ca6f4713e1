#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Finds the files of a task in folders of data sets, as they come out of their archives and off Hugging Face.
///
/// A file is taken for a split if its name says so ("dev", "ARC-Easy-Test", "validation-00000-of-00001"), or its folder's
/// does; for a task if its path contains the task's name, or if its rows have fields that no other task has.
struct TaskFinder {
    let task: any TaskDefinition
    let options: TaskOptions

    /// The files to score.
    /// - Parameter location: a file or a folder; nil to look in the data folder.
    func files(_ location: String?) throws(TaskDataError) -> [String] {
        if let location {
            guard FolderListing.isFolder(location) else { return try Shards.all(with: location) }
            return try found(task.files.split, in: [Place(folder: location, isOfTask: true)])
        }
        guard let data = options.data else { throw .noFolder(task: task.name) }
        guard FolderListing.isFolder(data) else { throw .missing(file: data) }
        return try found(task.files.split, in: [Place(folder: data)])
    }

    /// The files of the training split, which few-shot examples come from: beside the scored ones, else in the data folder.
    func trainingFiles(beside scored: [String]) throws(TaskDataError) -> [String] {
        var places: [Place] = []
        if let path = scored.first {
            let folder = FolderListing.parent(of: path)
            places.append(Place(folder: folder, depth: 0, isOfTask: true))
            // Where each split has a folder: test/0000.parquet and train/0000.parquet.
            if DataSplit.allCases.flatMap(\.words).contains(FolderListing.name(of: folder).lowercased()) {
                places.append(Place(folder: FolderListing.parent(of: folder), depth: 1, isOfTask: true))
            }
        }
        if let data = options.data { places.append(Place(folder: data)) }
        return try found(.train, in: places)
    }

    /// A folder to look in.
    struct Place {
        let folder: String
        /// Folders below it that are entered.
        var depth = 8
        /// Whether what lies there belongs to the task unless its path says another.
        var isOfTask = false
    }

    private func found(_ split: DataSplit, in places: [Place]) throws(TaskDataError) -> [String] {
        if let paths = try search(split, in: places) { return paths }
        throw .notFound(
            task: task.name, split: split.rawValue, folders: places.map(\.folder), layouts: layouts(split))
    }

    /// The files to score in a folder; nil if there are none.
    func files(in folder: String) throws(TaskDataError) -> [String]? {
        try search(task.files.split, in: [Place(folder: folder, isOfTask: true)])
    }

    private func search(_ split: DataSplit, in places: [Place]) throws(TaskDataError) -> [String]? {
        for place in places {
            let candidates = FolderListing(place.folder, depth: place.depth).files
                .filter { suits($0, split, in: place) }
                .sorted { rank($0, in: place) < rank($1, in: place) }
            for path in candidates where try isOfTask(path, in: place) { return try Shards.all(with: path) }
        }
        return nil
    }

    /// Whether a path says this split, and no other task.
    private func suits(_ path: String, _ split: DataSplit, in place: Place) -> Bool {
        let ending = RowFile.ending(of: path)
        guard (RowFile.endings + task.files.endings).contains(ending) else { return false }
        let name = FolderListing.name(of: path)
        let stem = ending.isEmpty ? name : String(name.dropLast(ending.count + 1))
        let folder = FolderListing.name(of: FolderListing.parent(of: path))
        let plain = Self.plain(relative(path, to: place))
        guard !task.files.refused.contains(where: { plain.contains($0) }) else { return false }
        let saysSplit =
            says(split, stem) || (stem.allSatisfy(\.isNumber) && split.words.contains(folder.lowercased()))
        if let own = task.files.stem { return stem == own || (folder == own && saysSplit) }
        if stem == task.name, split == task.files.split { return true }
        let others = TaskDefinitions.words.filter { !task.files.words.contains($0) }
        guard saysSplit, hasWord(path, in: place) || !others.contains(where: { plain.contains($0) }) else {
            return false
        }
        return !task.files.needsWord || place.isOfTask || hasWord(path, in: place)
    }

    private func says(_ split: DataSplit, _ stem: String) -> Bool {
        let parts = stem.lowercased().split { !$0.isLetter && !$0.isNumber }
        return !parts.contains("labels") && parts.contains { split.words.contains(String($0)) }
    }

    private func hasWord(_ path: String, in place: Place) -> Bool {
        // The folder's own name counts as well.
        let plain = Self.plain(FolderListing.name(of: place.folder) + "/" + relative(path, to: place))
        return task.files.words.contains { plain.contains($0) }
    }

    /// What decides among several: the task's name in the path, what is preferred, few folders, the alphabet.
    private func rank(_ path: String, in place: Place) -> Rank {
        let plain = Self.plain(relative(path, to: place))
        let wanted = task.files.preferred.firstIndex { plain.contains($0) } ?? task.files.preferred.count
        return Rank(order: [hasWord(path, in: place) ? 0 : 1, wanted, path.count { $0 == "/" }], path: path)
    }

    private struct Rank: Comparable {
        let order: [Int]
        let path: String

        static func < (a: Rank, b: Rank) -> Bool {
            a.order == b.order ? a.path < b.path : a.order.lexicographicallyPrecedes(b.order)
        }
    }

    /// Whether the first row has the task's fields; what cannot be read is taken where its path says the task, so that its
    /// own error is shown.
    private func isOfTask(_ path: String, in place: Place) throws(TaskDataError) -> Bool {
        guard RowFile.holdsRows(path) else { return place.isOfTask || hasWord(path, in: place) }
        do throws(TaskDataError) {
            guard let row = try RowFile.first(path) else { return false }
            return task.recognizes(row.value)
        } catch {
            guard hasWord(path, in: place) else { return false }
            throw error
        }
    }

    private func layouts(_ split: DataSplit) -> [String] {
        guard split != task.files.split else { return task.files.layouts }
        return RowFile.endings.map { "*\(split.words.joined(separator: "* or *"))*.\($0)" }
    }

    private func relative(_ path: String, to place: Place) -> String {
        String(path.dropFirst(place.folder.count))
    }

    /// Letters and digits alone, in lower case: "ARC-Easy/test" becomes "arceasytest".
    static func plain(_ path: String) -> String { path.lowercased().filter { $0.isLetter || $0.isNumber } }
}
