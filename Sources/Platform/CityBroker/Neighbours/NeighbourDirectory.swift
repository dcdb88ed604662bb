package import CityKernel
package import Logging
package import NIOSSL
import Synchronization

/// The city's neighbours, its credentials for them, and what was heard of each.
///
/// `refresh()` brings in files that were replaced, `replace(_:)` another list of neighbours; what
/// begins later uses them.
package final class NeighbourDirectory: Sendable {
    private let clock: any CityClock
    private let logger: Logger
    private let state: Mutex<State>

    private struct State {
        var settings: NeighbourSettings
        var own: NeighbourCredentials
        /// For neighbours with files of their own.
        var others: [String: NeighbourCredentials] = [:]
        var editions: [CredentialFiles: [String]?] = [:]
        /// Why the newest files are not used.
        var fault: String?
        var listFault: NeighbourListFault?
        var records: [String: NeighbourRecord] = [:]

        init(_ settings: NeighbourSettings, now: Timestamp) throws(CredentialFault) {
            self.settings = settings
            // Looked at before they are read: what is replaced meanwhile is read again.
            editions[settings.files] = settings.files.edition
            own = try NeighbourCredentials(settings.files, now: now)
            for neighbour in settings.neighbours {
                guard let files = neighbour.files else { continue }
                editions[files] = files.edition
                others[neighbour.id] = try NeighbourCredentials(files, now: now)
            }
        }
    }

    /// - Throws: `CredentialFault`.
    package init(
        _ settings: NeighbourSettings, clock: any CityClock, logger: Logger
    ) throws(CredentialFault) {
        self.clock = clock
        self.logger = logger
        state = Mutex(try State(settings, now: clock.now))
    }

    /// As `city.yaml` says now; where this city listens is as at the start.
    package var settings: NeighbourSettings { state.withLock(\.settings) }

    /// For connections that neighbours open.
    package var server: NIOSSLContext { state.withLock(\.own.server) }

    /// Who presents a certificate that the authority vouches for; `nil` for one that is not listed.
    package func neighbour(presenting certificate: NIOSSLCertificate) -> Neighbour? {
        let names = Set(certificate.names)
        guard let found = settings.neighbours.first(where: { names.contains($0.certificateName) })
        else { return nil }
        let now = clock.now
        note(found.id) {
            $0.lastHeard = now
            $0.certificateEnds = certificate.span.end
        }
        return found
    }

    /// How to connect to a URL that belongs to a neighbour.
    func reaching(_ url: String) -> (neighbour: Neighbour, tls: TLSConfiguration)? {
        guard let found = settings.neighbours.first(where: { $0.isReached(by: url) }) else {
            return nil
        }
        return (found, state.withLock { ($0.others[found.id] ?? $0.own).client })
    }

    /// Whether a URL belongs to a neighbour.
    func reaches(_ url: String) -> Bool {
        settings.neighbours.contains { $0.isReached(by: url) }
    }

    // MARK: - Files

    /// Reads files that were replaced. What cannot be used is told once and left: the credentials
    /// of before go on.
    package func refresh() {
        reload(settings.files) { $0.own = $1 }
        for neighbour in settings.neighbours {
            guard let files = neighbour.files else { continue }
            reload(files) { $0.others[neighbour.id] = $1 }
        }
    }

    private func reload(
        _ files: CredentialFiles, _ use: (inout State, NeighbourCredentials) -> Void
    ) {
        let edition = files.edition
        guard let edition, state.withLock({ $0.editions[files] != edition }) else { return }
        do {
            let fresh = try NeighbourCredentials(files, now: clock.now)
            state.withLock { state in
                use(&state, fresh)
                state.editions[files] = edition
                state.fault = nil
            }
            logger.notice(
                "credentials for neighbours renewed",
                metadata: ["until": "\(fresh.certificateEnds.iso8601)"])
        } catch {
            let words = "\(error.file.rawValue): \(error.message)"
            state.withLock { state in
                state.editions[files] = edition
                state.fault = words
            }
            logger.error("credentials for neighbours not renewed", metadata: ["reason": "\(words)"])
        }
    }

    // MARK: - The list

    /// Takes up who `city.yaml` lists now and what each may do. Where this city listens, and the
    /// address that neighbours know, stay until the next start.
    /// - Throws: `CredentialFault`; the list of before goes on.
    package func replace(_ fresh: NeighbourSettings) throws(CredentialFault) {
        let before = settings
        var wanted = fresh
        (wanted.host, wanted.port, wanted.address) = (before.host, before.port, before.address)
        var next = try State(wanted, now: clock.now)
        next.listFault = wanted == fresh ? nil : .needsRestart
        let listed = Set(wanted.neighbours.map(\.id))
        state.withLock { state in
            next.records = state.records.filter { listed.contains($0.key) }
            state = next
        }
        guard wanted != before else { return }
        logger.notice(
            "neighbours changed",
            metadata: ["listed": "\(listed.sorted().joined(separator: " "))"])
    }

    /// `city.yaml` cannot be used: the list of before goes on.
    package func refuseList(_ mistakes: [String]) {
        state.withLock { $0.listFault = .mistakes(mistakes) }
        logger.error(
            "neighbours not taken up: city.yaml has mistakes",
            metadata: ["mistakes": "\(mistakes.joined(separator: "; "))"])
    }

    /// Why not all that `city.yaml` says of neighbours holds; `nil` when it does.
    package var listFault: NeighbourListFault? { state.withLock(\.listFault) }

    // MARK: - What was heard

    func noteAnswer(of id: String) {
        let now = clock.now
        note(id) { $0.lastAnswer = now }
    }

    func noteFailure(of id: String, _ failure: SourceFailure) {
        let now = clock.now
        note(id) { ($0.lastFailure, $0.lastFailureKind) = (now, failure) }
    }

    private func note(_ id: String, _ change: (inout NeighbourRecord) -> Void) {
        state.withLock { change(&$0.records[id, default: NeighbourRecord()]) }
    }

    package func record(of id: String) -> NeighbourRecord {
        state.withLock { $0.records[id] ?? NeighbourRecord() }
    }

    /// Of the city's own files.
    package var credentials: CredentialState {
        state.withLock { state in
            CredentialState(
                certificateEnds: state.own.certificateEnds,
                authorityEnds: state.own.authorityEnds, fault: state.fault)
        }
    }
}

/// Why not all that `city.yaml` says of neighbours holds.
package enum NeighbourListFault: Sendable, Hashable {
    /// Where this city listens, or its address, was changed.
    case needsRestart
    /// Each with its line and how to mend it.
    case mistakes([String])
}

/// What this process knows of a neighbour since its start.
package struct NeighbourRecord: Sendable, Hashable {
    /// When it last answered a request of this city, whatever it said.
    package var lastAnswer: Timestamp?
    package var lastFailure: Timestamp?
    package var lastFailureKind: SourceFailure?
    /// When it last asked this city.
    package var lastHeard: Timestamp?
    /// The end of the certificate that it presented last.
    package var certificateEnds: Timestamp?

    package init() {}

    /// Whether the last attempt to reach it failed.
    package var isFailing: Bool {
        guard let lastFailure else { return false }
        return lastAnswer.map { $0 < lastFailure } ?? true
    }
}

/// How long the city's own credentials last.
package struct CredentialState: Sendable, Hashable {
    package var certificateEnds: Timestamp
    package var authorityEnds: Timestamp
    /// Why the newest files are not used; `nil` when they are.
    package var fault: String?
}
