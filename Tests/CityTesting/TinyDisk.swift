import Foundation

/// A disk that is full after a few megabytes: what a database does then cannot be learned from a
/// fake.
package enum TinyDisk {
    /// Mounting is root's right, and not everywhere even root's.
    package static let isPossible: Bool = {
        do {
            try run("/usr/bin/unshare", ["--mount", "/usr/bin/true"])
            let path = try mount(megabytes: 1)
            try unmount(path)
            return true
        } catch {
            FileHandle.standardError.write(
                Data("No tmpfs can be mounted here (\(error)): full-disk tests are left out\n".utf8)
            )
            return false
        }
    }()

    /// Mounts a disk of that size for as long as `body` runs.
    package static func with<Value>(
        megabytes: Int, _ body: (_ path: String) async throws -> Value
    ) async throws -> Value {
        let path = try mount(megabytes: megabytes)
        do {
            let value = try await body(path)
            try unmount(path)
            return value
        } catch {
            try unmount(path)
            throw error
        }
    }

    private static func mount(megabytes: Int) throws -> String {
        let path = try TestStores.makeDirectory("city_disk")
        try run("/usr/bin/mount", ["-t", "tmpfs", "-o", "size=\(megabytes)m", "tmpfs", path])
        return path
    }

    private static func unmount(_ path: String) throws {
        try run("/usr/bin/umount", ["--lazy", path])
        try FileManager.default.removeItem(atPath: path)
    }

    private struct CommandFailed: Error, CustomStringConvertible {
        var description: String
    }

    private static func run(_ command: String, _ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: command)
        process.arguments = arguments
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw CommandFailed(description: "\(command) ended with \(process.terminationStatus)")
        }
    }
}
