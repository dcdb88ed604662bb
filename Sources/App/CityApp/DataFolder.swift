package import Foundation

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The city's data folder, held by one process at a time: two writers of one SQLite file would each
/// believe their own memory of it.
package final class DataFolder: Sendable {
    let url: URL
    private let descriptor: Int32

    /// - Throws: `CommandFailure` when it cannot be made or another process holds it.
    package init(_ url: URL) throws {
        self.url = url
        do {
            try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        } catch {
            throw CommandFailure(
                .surroundings, "the data folder \(url.path) cannot be made",
                remedy: "check that its parent exists and is writable")
        }
        descriptor = open(
            url.appending(path: "city.lock").path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw CommandFailure(
                .surroundings, "the data folder \(url.path) is not writable",
                remedy: "check its owner and rights")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw CommandFailure(
                .surroundings, "another process is running a city in \(url.path)",
                remedy: "stop it first, or send the data to its address instead")
        }
    }

    /// The name of whichever process holds this folder, the same after every restart, so that a
    /// city that was killed resumes at once the deliveries that it had under way.
    ///
    /// It stands in the lock file beside the file's inode: a copy of the folder gets another name.
    /// - Throws: `CommandFailure` when it cannot be kept.
    func processName() throws -> String {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw Self.cannotKeepName }
        let file = url.appending(path: "city.lock")
        let words = try String(contentsOf: file, encoding: .utf8).split(separator: " ")
        if words.count == 2, words[1] == "\(status.st_ino)" { return String(words[0]) }
        let name = UUID().uuidString
        let bytes = Array("\(name) \(status.st_ino)".utf8)
        // Through the descriptor: replacing the file would let go of the lock.
        guard ftruncate(descriptor, 0) == 0,
            pwrite(descriptor, bytes, bytes.count, 0) == bytes.count
        else { throw Self.cannotKeepName }
        return name
    }

    private static var cannotKeepName: CommandFailure {
        CommandFailure(
            .surroundings, "city.lock in the data folder cannot be written",
            remedy: "free space on the data disk and check the folder's rights")
    }

    // The lock goes with the descriptor, also when the process is killed.
    deinit { close(descriptor) }
}
