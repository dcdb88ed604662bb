import Crypto
import Foundation

/// The SHA-256 that stands beside a backup as `name.sha256`, in the format of `sha256sum`, because
/// a database's own checks do not see a letter that changed inside a text.
enum Fingerprint {
    private static let chunkBytes = 1 << 20

    static func path(of path: String) -> String { path + ".sha256" }

    /// Writes the fingerprint of the file at `partialPath` under the name that it will have.
    static func write(of partialPath: String, named path: String) throws {
        let name = URL(fileURLWithPath: path).lastPathComponent
        let line = "\(try compute(partialPath))  \(name)\n"
        do {
            try Data(line.utf8).write(to: URL(fileURLWithPath: Self.path(of: path)))
        } catch {
            throw StoreError.failed(sql: "", message: "cannot write \(Self.path(of: path))")
        }
    }

    /// - Throws: `StoreError.failed` when the file is not what it was, or nobody wrote down what.
    static func check(_ path: String) throws {
        guard FileManager.default.fileExists(atPath: path) else {
            throw StoreError.failed(sql: "", message: "there is no backup at \(path)")
        }
        guard let line = FileManager.default.contents(atPath: Self.path(of: path)) else {
            throw StoreError.failed(
                sql: "",
                message: "\(Self.path(of: path)) is missing; bring it, or, if you trust the "
                    + "backup, make it with sha256sum")
        }
        let expected = String(decoding: line.prefix { $0 != UInt8(ascii: " ") }, as: UTF8.self)
        guard try compute(path) == expected else {
            throw StoreError.failed(
                sql: "", message: "\(path) is damaged: its SHA-256 is not \(expected)")
        }
    }

    private static func compute(_ path: String) throws -> String {
        guard let file = FileHandle(forReadingAtPath: path) else {
            throw StoreError.failed(sql: "", message: "cannot read \(path)")
        }
        defer {
            // Closing a file that was only read loses nothing.
            try? file.close()
        }
        var hash = SHA256()
        while let chunk = try file.read(upToCount: chunkBytes), !chunk.isEmpty {
            hash.update(data: chunk)
        }
        return hash.finalize().hexadecimal
    }
}
