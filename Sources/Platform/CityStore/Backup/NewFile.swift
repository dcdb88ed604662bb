import Foundation

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A file that appears under its name only once it is whole and on disk.
///
/// It is written as `name.partial` beside it; a program that dies leaves that, never half a backup.
struct NewFile {
    let path: String
    var partialPath: String { path + ".partial" }

    /// - Throws: `StoreError.failed` when `path` is taken: a backup never replaces another.
    init(path: String) throws {
        self.path = path
        guard !FileManager.default.fileExists(atPath: path) else {
            throw StoreError.failed(sql: "", message: "\(path) exists already; choose a new name")
        }
        try discard()
    }

    /// Syncs the partial file and its directory and gives it its name.
    func finish() throws {
        try Self.sync(partialPath)
        guard rename(partialPath, path) == 0 else { throw Self.failure("rename", path) }
        try Self.sync(URL(fileURLWithPath: path).deletingLastPathComponent().path)
    }

    func discard() throws {
        guard FileManager.default.fileExists(atPath: partialPath) else { return }
        try FileManager.default.removeItem(atPath: partialPath)
    }

    /// What the system says about the call that just failed.
    static func failure(_ call: String, _ path: String) -> StoreError {
        if errno == ENOSPC { return .storageFull }
        return .failed(sql: "", message: "\(call) \(path): \(String(cString: strerror(errno)))")
    }

    private static func sync(_ path: String) throws {
        let descriptor = open(path, O_RDONLY)
        guard descriptor >= 0 else { throw failure("open", path) }
        defer { Self.close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure("fsync", path) }
    }

    private static func close(_ descriptor: Int32) {
        #if canImport(Glibc)
            _ = Glibc.close(descriptor)
        #else
            _ = Darwin.close(descriptor)
        #endif
    }
}
