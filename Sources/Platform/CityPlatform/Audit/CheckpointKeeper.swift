import AsyncHTTPClient
import CityBroker
package import CityIdentity
package import CityKernel
import Foundation
package import Logging
import NIOCore
import NIOHTTP1
import ServiceLifecycle
import Synchronization

/// Signs the head of the log at each interval and has the witnesses cosign it. A witness that stays
/// away delays nobody: the head stands with the signatures that it has, and the next is shown again.
package final class CheckpointKeeper: Service {
    private static let answerSecondsMax: Int64 = 10
    private static let answerBytesMax = 16 * 1_024

    private let log: AuditLog
    private let client: OutboundClient
    private let clock: any CityClock
    private let logger: Logger
    /// The size that each witness last cosigned, as far as this process knows.
    private let sizes = Mutex<[NoteKey: Int64]>([:])

    package init(log: AuditLog, clock: any CityClock, logger: Logger) {
        self.log = log
        self.clock = clock
        self.logger = logger
        // The city itself names its witnesses: they are reached wherever they lie.
        let hosts = log.settings.witnesses.compactMap { URL(string: $0.url)?.host() }
        client = OutboundClient(OutboundGuard(hosts: hosts))
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown { [self] in
            while !Task.isCancelled {
                await keep()
                // A stop ends the wait.
                try? await clock.sleep(for: .seconds(log.settings.checkpointSeconds))
            }
        }
    }

    /// One round: sign, then ask everybody who has not cosigned that head.
    package func keep() async {
        do {
            let signed = try await log.sign()
            await withTaskGroup(of: Void.self) { group in
                for witness in log.settings.witnesses
                where Cosignature.time(of: signed.note, by: witness.key) == nil {
                    group.addTask { await self.ask(witness, signed) }
                }
            }
        } catch {
            logger.error("the audit is not signed", metadata: ["error": "\(error)"])
        }
    }

    private func ask(_ witness: AuditLogSettings.Witness, _ signed: SignedCheckpoint) async {
        do {
            let known = sizes.withLock { $0[witness.key] ?? 0 }
            var answer = try await send(signed, from: known, to: witness)
            if case .otherSize(let size) = answer, size <= signed.checkpoint.size {
                answer = try await send(signed, from: size, to: witness)
            }
            guard case .cosigned(let lines) = answer,
                try await log.add(cosignatures: lines, to: signed) > 0
            else {
                return logger.warning(
                    "a witness did not cosign",
                    metadata: ["witness": "\(witness.key.name)", "answer": "\(answer)"])
            }
            sizes.withLock { $0[witness.key] = signed.checkpoint.size }
        } catch {
            logger.warning(
                "a witness does not answer",
                metadata: ["witness": "\(witness.key.name)", "error": "\(error)"])
        }
    }

    private enum Answer {
        case cosigned(String)
        case otherSize(Int64)
        case refused(status: UInt)
    }

    private func send(
        _ signed: SignedCheckpoint, from old: Int64, to witness: AuditLogSettings.Witness
    ) async throws -> Answer {
        let size = signed.checkpoint.size
        let path = try await log.consistencyProof(from: old, to: size) ?? []
        let body = WitnessRequest(oldSize: old, path: path, note: signed.note).body
        let base = witness.url.hasSuffix("/") ? String(witness.url.dropLast()) : witness.url
        var request = HTTPClientRequest(url: base + "/add-checkpoint")
        request.method = .POST
        request.body = .bytes(ByteBuffer(string: body))
        let response = try await client.execute(
            request, timeout: .seconds(Self.answerSecondsMax))
        let text = String(buffer: try await response.body.collect(upTo: Self.answerBytesMax))
        switch response.status.code {
        case 200: return .cosigned(text)
        case 409:
            guard text.hasSuffix("\n"), let size = Int64(decimal: text.dropLast()) else {
                return .refused(status: 409)
            }
            return .otherSize(size)
        default: return .refused(status: response.status.code)
        }
    }
}
