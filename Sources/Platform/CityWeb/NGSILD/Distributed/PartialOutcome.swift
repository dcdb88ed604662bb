import CityBroker
import CityKernel
import HTTPTypes
import Hummingbird

/// What one of those who took part in a change did with it: the city itself, or a source.
struct PartialOutcome: Sendable {
    /// `nil` for the city itself.
    var registrationID: String?
    var status: Int
    /// Why it was refused.
    var problem: JSONValue?

    var isSuccess: Bool { problem == nil }

    static func source(
        _ registration: Registration, _ outcome: SourceClient.Outcome
    ) -> PartialOutcome {
        switch outcome {
        case .success(let reply) where reply.isSuccess && reply.status != SourceReply.multiStatus:
            PartialOutcome(registrationID: registration.id, status: reply.status)
        case .success(let reply):
            PartialOutcome(
                registrationID: registration.id, status: reply.status, problem: problem(of: reply))
        case .failure(let failure): PartialOutcome(registration, failure)
        }
    }

    private init(_ registration: Registration, _ failure: SourceFailure) {
        let status = failure == .timedOut || failure == .coolingDown ? 504 : 502
        self.init(
            registrationID: registration.id, status: status,
            problem: Self.problem(
                status, "The context source did not take part",
                "\(registration.id): \(failure.words)."))
    }

    /// A source that owns what is changed and does not take such a change.
    static func refusal(_ registration: Registration) -> PartialOutcome {
        let problem = Problem(
            .conflict, title: "The context source does not take this operation",
            detail: "\(registration.id) holds what was to be changed, and does not offer it.",
            remedy: "Ask who runs the source, or change its registration.")
        return PartialOutcome(
            registrationID: registration.id, status: problem.kind.status.code,
            problem: problem.json)
    }

    static func city(_ error: any ProblemConvertible) -> PartialOutcome {
        let problem = error.problem
        return PartialOutcome(
            registrationID: nil, status: problem.kind.status.code, problem: problem.json)
    }

    init(registrationID: String?, status: Int, problem: JSONValue? = nil) {
        self.registrationID = registrationID
        self.status = status
        self.problem = problem
    }

    /// Its own words when they are a problem; it need not say more than a status.
    private static func problem(of reply: SourceReply) -> JSONValue {
        let said = try? JSONValue(parsing: reply.body)
        guard var object = said?.object, object["title"]?.string != nil else {
            return problem(
                reply.status, "The context source refused", "It answered \(reply.status).")
        }
        object["status"] = .integer(Int64(reply.status))
        return .object(object)
    }

    private static func problem(_ status: Int, _ title: String, _ detail: String) -> JSONValue {
        [
            "type": "https://uri.etsi.org/ngsi-ld/errors/InternalError",
            "title": .string(title), "status": .integer(Int64(status)),
            "detail": .string(detail),
        ]
    }
}

/// What all of them together answer (§6.3.17).
struct CombinedOutcome {
    let entityID: String
    let parts: [PartialOutcome]

    private var failures: [PartialOutcome] { parts.filter { !$0.isSuccess } }

    /// - Parameter whole: the answer when nobody refused.
    func answer(_ whole: () -> Response) -> Response {
        let failures = failures
        if failures.isEmpty { return whole() }
        let hasNothing = parts.allSatisfy { $0.status == SourceReply.notFound }
        if parts.count == 1 || hasNothing { return Self.refusal(failures[0]) }
        return NGSILDAnswer.multiStatus(
            Self.json(
                success: failures.count < parts.count ? [entityID] : [],
                errors: failures.map { (entityID, $0) }))
    }

    private static func refusal(_ outcome: PartialOutcome) -> Response {
        var response = NGSILDAnswer.plain(
            outcome.problem ?? .null,
            status: HTTPResponse.Status(code: outcome.status))
        response.headers[.contentType] = "application/problem+json"
        return response
    }

    /// A `BatchOperationResult` (§5.2.16).
    static func json(
        success: [String], errors: [(id: String, outcome: PartialOutcome)]
    ) -> JSONValue {
        let errors = errors.map { id, outcome in
            var object = JSONObject([
                ("entityId", .string(id)), ("error", outcome.problem ?? .null),
            ])
            if let registrationID = outcome.registrationID {
                object.append("registrationId", .string(registrationID))
            }
            return JSONValue.object(object)
        }
        return ["success": .array(success.map(JSONValue.string)), "errors": .array(errors)]
    }
}

extension Problem {
    /// The city sent a request that came back to it, and nobody else holds what it is about.
    static let loop = Problem(
        .loopDetected, title: "The request runs in a circle",
        detail: "This city passed the request on before; the registrations lead back.",
        remedy: "Correct the registrations of the cities that the Via header names.")
}
