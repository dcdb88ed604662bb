import CityIdentity
import Foundation

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// `audit.key` in the data folder: the secret that the city's log is signed with. Several processes of
/// one city have the same; keep a copy apart from the database.
struct AuditKeyFile: Sendable {
    static let name = "audit.key"
    private static let bytesMax = 200

    let url: URL

    init(in dataFolder: URL) { url = dataFolder.appending(path: Self.name) }

    /// - Returns: `nil` when there is no file.
    /// - Throws: `CommandFailure` when it holds no key.
    func read() throws -> AuditSecret? {
        guard FileManager.default.fileExists(atPath: url.path) else { return nil }
        let text = try String(contentsOf: url, encoding: .utf8).prefix(Self.bytesMax)
        guard let secret = AuditSecret(text.trimmingCharacters(in: .whitespacesAndNewlines)) else {
            throw CommandFailure(
                .surroundings, "\(url.path) holds no key",
                remedy: "put the saved audit.key back; a new one would be a new log")
        }
        return secret
    }

    /// The secret, made at the first start and readable by its owner alone.
    /// - Throws: `CommandFailure`.
    func readOrMake() throws -> AuditSecret {
        if let secret = try read() { return secret }
        let secret = AuditSecret()
        let bytes = Array((secret.text + "\n").utf8)
        let partial = url.path + ".partial"
        let descriptor = open(partial, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw cannotWrite }
        defer { close(descriptor) }
        guard write(descriptor, bytes, bytes.count) == bytes.count, fsync(descriptor) == 0,
            rename(partial, url.path) == 0
        else { throw cannotWrite }
        return secret
    }

    private var cannotWrite: CommandFailure {
        CommandFailure(
            .surroundings, "\(url.path) cannot be written",
            remedy: "free space on the data disk and check the folder's rights")
    }
}
