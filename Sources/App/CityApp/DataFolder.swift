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

    // The lock goes with the descriptor, also when the process is killed.
    deinit { close(descriptor) }
}
