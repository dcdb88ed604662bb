import CityBroker
import CityKernel
import CityStore
import HTTPTypes
import Hummingbird

/// Changes by NGSIv2 by all who hold the entities: the city, and registered sources of NGSI-LD that
/// take such changes (docs/decisions/0031). The city goes first: what it refuses as malformed is sent
/// to nobody.
struct NGSIv2Distribution: Sendable {
    /// A change, with what of it each of those concerned does.
    struct Planned: Sendable {
        var change: NGSIv2Change
        var plan: WritePlan

        /// What the city does itself; `nil` when it holds nothing of it.
        var local: NGSIv2Change? {
            switch plan.local {
            case nil: return nil
            case .everything?: return change
            case .attributes(let names)?:
                var own = change
                own.attributes.removeAll { !names.contains($0.name) }
                return own
            }
        }
    }

    let federation: Federation
    let hop: SourceHop
    private let registrations: [ReadyRegistration]

    /// - Returns: `nil` when nobody is registered.
    init?(_ request: NGSIv2Request) async throws {
        let all = try await request.broker.registrations()
        guard !all.isEmpty else { return nil }
        federation = request.federation
        hop = try await request.hop()
        registrations = all.excluding(hop.passedBy)
    }

    func planned(_ change: NGSIv2Change) async throws -> Planned {
        var change = change
        if change.types.isEmpty {
            change.types = try await federation.broker.entity(change.id)?.types ?? []
        }
        return Planned(
            change: change,
            plan: WritePlan(
                change.operation, of: change.id, types: change.types, attributes: change.names,
                among: registrations))
    }

    /// Has the sources do their part.
    /// - Returns: ids of entities that a source changed.
    /// - Throws: `NGSIv2Refusal` naming the first source that did not take its part for any other
    ///   reason than not knowing the entity.
    func send(_ items: [Planned]) async throws -> Set<EntityID> {
        for item in items {
            if let owner = item.plan.refusals.first {
                throw NGSIv2Refusal.source(.refusal(owner.registration))
            }
        }
        if hop.isLoop { return [] }
        let parts = items.flatMap { item in item.plan.parts.map { (item.change, $0) } }
        var outcomes = await federation.send(
            parts.map { $0.request(to: $1.registration, $1.attributes, hop) })
        // Who has the entity already is changed instead.
        let present = outcomes.indices.filter {
            outcomes[$0].isPresentAlready && parts[$0].0.whenPresent != nil
        }
        let again = await federation.send(
            present.compactMap { index in
                let (change, part) = parts[index]
                return change.whenPresent?.request(
                    to: part.registration, part.attributes, hop)
            })
        for (index, outcome) in zip(present, again) { outcomes[index] = outcome }
        var changed: Set<EntityID> = []
        for ((change, part), outcome) in zip(parts, outcomes) {
            let outcome = PartialOutcome.source(part.registration, outcome)
            if outcome.isSuccess {
                changed.insert(change.id)
            } else if outcome.status != SourceReply.notFound {
                throw NGSIv2Refusal.source(outcome)
            }
        }
        return changed
    }
}

extension NGSIv2Request {
    /// Has a change done by all who hold the entity.
    /// - Parameters:
    ///   - whole: the answer when only sources did it.
    ///   - local: does the city's part of it.
    func distribute(
        _ change: NGSIv2Change, whole: Response = NGSIv2Answer.noContent,
        _ local: (NGSIv2Change) async throws -> Response
    ) async throws -> Response {
        guard let distribution = try await NGSIv2Distribution(self) else {
            return try await local(change)
        }
        let planned = try await distribution.planned(change)
        guard planned.plan.concernsSources else { return try await local(change) }
        if distribution.hop.isLoop, planned.local == nil { throw Problem.loop }
        var own: Response?
        var refusal: (any ProblemConvertible)?
        if let mine = planned.local {
            do {
                own = try await local(mine)
            } catch let error as any ProblemConvertible
                where !(error is StoreError) && error.isUnknownHere
            {
                refusal = error
            }
        }
        let changed = try await distribution.send([planned])
        if let own { return own }
        guard !changed.isEmpty else { throw refusal ?? BrokerError.notFound(change.id) }
        return whole
    }
}

extension ProblemConvertible {
    /// Whether it says that the city does not hold what is to be changed.
    var isUnknownHere: Bool {
        switch self as any ProblemConvertible {
        case BrokerError.notFound, BrokerError.attributeNotFound: true
        case let refusal as NGSIv2Refusal: refusal.isUnknownHere
        default: false
        }
    }
}

extension NGSIv2Refusal {
    /// A source that did not take its part; what others did stays done.
    static func source(_ outcome: PartialOutcome) -> NGSIv2Refusal {
        let said = outcome.problem?["detail"]?.string ?? outcome.problem?["title"]?.string
        let (status, word) =
            switch outcome.status {
            case 504: (HTTPResponse.Status.gatewayTimeout, "GatewayTimeout")
            case 400..<500: (HTTPResponse.Status.unprocessableContent, "Unprocessable")
            default: (HTTPResponse.Status.badGateway, "BadGateway")
            }
        return NGSIv2Refusal(
            status: status, word: word,
            problem: Problem(
                .conflict, title: "A context source did not take part",
                detail: "\(outcome.registrationID ?? "a source") did not take the change: "
                    + (said ?? "it answered \(outcome.status)")))
    }
}

extension SourceClient.Outcome {
    /// A source says that the entity is there already.
    var isPresentAlready: Bool {
        if case .success(let reply) = self { reply.status == 409 } else { false }
    }
}
