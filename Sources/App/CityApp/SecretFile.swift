import CityConsent
import CityIdentity
import Foundation

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A secret of the city in a file of its own in the data folder, readable by its owner alone. Several
/// processes of one city have the same; keep a copy apart from the database.
protocol KeptSecret: Sendable {
    static var fileName: String { get }
    /// What another secret in its place would mean.
    static var loss: String { get }

    static func make() -> Self
    init?(_ text: String)
    var text: String { get }
}

extension AuditSecret: KeptSecret {
    static var fileName: String { "audit.key" }
    static var loss: String { "a new one would be a new log" }

    static func make() -> AuditSecret { AuditSecret() }
}

extension VaultKey: KeptSecret {
    static var fileName: String { "personal.key" }
    static var loss: String { "a new one opens nothing that was sealed before" }

    static func make() -> VaultKey { VaultKey() }
}

struct SecretFile<Secret: KeptSecret>: Sendable {
    private static var bytesMax: Int { 200 }

    let url: URL

    init(in dataFolder: URL) { url = dataFolder.appending(path: Secret.fileName) }

    /// - Returns: `nil` when there is no file.
    /// - Throws: `CommandFailure` when it holds no key.
    func read() throws -> Secret? {
        guard FileManager.default.fileExists(atPath: url.path) else { return nil }
        let text = try String(contentsOf: url, encoding: .utf8).prefix(Self.bytesMax)
        guard let secret = Secret(text.trimmingCharacters(in: .whitespacesAndNewlines)) else {
            throw CommandFailure(
                .surroundings, "\(url.path) holds no key",
                remedy: "put the saved \(Secret.fileName) back; \(Secret.loss)")
        }
        return secret
    }

    /// The secret, made at the first start.
    /// - Throws: `CommandFailure`.
    func readOrMake() throws -> Secret {
        if let secret = try read() { return secret }
        let secret = Secret.make()
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
