package import CityIdentity
import CityKernel
import CityPlatform
import CityStore
import Foundation
package import Logging

/// Looks into a city's audit from the command, while the city serves or not; changes nothing.
package struct AuditDesk: Sendable {
    private static let keptBytesMax = 64 * 1_024

    package var opening: CityOpening
    package var logger: Logger

    package init(_ opening: CityOpening, logger: Logger) {
        self.opening = opening
        self.logger = logger
    }

    /// Recomputes the log from its lines.
    /// - Parameter kept: files of checkpoints that a citizen or a neighbour has kept.
    /// - Throws: `CommandFailure`, `StoreError`.
    package func verify(
        kept paths: [String], progress: (Double) -> Void
    ) async throws -> AuditReport {
        try await withLog { log, store in
            let kept = try paths.map { try Self.checkpoint(in: $0, log.key) }
            var verification = AuditVerification(store: store, key: log.key, kept: kept)
            return try await verification.run(progress: progress)
        }
    }

    /// A line with its proof; `nil` while no checkpoint holds it.
    /// - Throws: `AuditError`, `CommandFailure`, `StoreError`.
    package func proof(of number: Int64) async throws -> (proof: AuditProof?, key: NoteKey) {
        try await withLog { log, _ in (try await log.proof(of: number), log.key) }
    }

    /// The keys that neighbours and citizens need.
    package func keys() async throws -> (log: NoteKey, witness: NoteKey) {
        try await withLog { log, _ in (log.key, log.witnessKey) }
    }

    private func withLog<Value>(
        _ body: (AuditLog, any Store) async throws -> Value
    ) async throws -> Value {
        let files = try CityFiles(reading: opening.cityFolder)
        guard let secret = try SecretFile<AuditSecret>(in: opening.dataFolder).read() else {
            throw CommandFailure(
                .surroundings, "there is no \(AuditSecret.fileName) in \(opening.dataFolder.path)",
                remedy: "name the folder that `cityos serve` keeps its data in")
        }
        let store = try await Stores.open(
            opening.storeConfiguration(cityID: files.configuration.id), clock: SystemClock(),
            logger: logger)
        do {
            let log = try AuditLog(
                store: store, clock: SystemClock(), secret: secret,
                settings: files.configuration.audit)
            let value = try await body(log, store)
            await store.close()
            return value
        } catch {
            await store.close()
            throw error
        }
    }

    private static func checkpoint(in path: String, _ key: NoteKey) throws -> Checkpoint {
        guard let file = FileHandle(forReadingAtPath: path),
            let bytes = try file.read(upToCount: keptBytesMax),
            let signed = SignedCheckpoint(String(decoding: bytes, as: UTF8.self))
        else {
            throw CommandFailure(
                .wrongInput, "\(path) holds no checkpoint",
                remedy: "save what /audit/checkpoint answers")
        }
        guard signed.note.isSigned(by: key) else {
            throw CommandFailure(
                .wrongInput, "the checkpoint in \(path) is not signed by \(key.text)",
                remedy: "compare it with the city that it came from")
        }
        return signed.checkpoint
    }
}
