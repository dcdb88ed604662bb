import CityBroker
import CityKernel
import HTTPTypes
import Hummingbird
import NIOCore

/// Answers in Orion's words.
enum NGSIv2Answer {
    static func json(_ json: JSONValue, status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status, headers: [.contentType: "application/json"],
            body: .init(byteBuffer: ByteBuffer(bytes: json.bytes)))
    }

    static func text(_ text: String) -> Response {
        Response(
            status: .ok, headers: [.contentType: "text/plain; charset=utf-8"],
            body: .init(byteBuffer: ByteBuffer(string: text)))
    }

    static func created(at path: String) -> Response {
        Response(status: .created, headers: [.location: path])
    }

    static var noContent: Response { Response(status: .noContent) }

    /// `{"error": …, "description": …}`.
    static func refusal(_ error: any ProblemConvertible) -> Response {
        let problem = error.problem
        if let error = error as? NGSIv2Refusal {
            return refusal(error.status, error.word, problem.detail)
        }
        if error is JSONError {
            return refusal(.badRequest, "ParseError", "Errors found in incoming JSON buffer")
        }
        if case BrokerError.attributeNotFound = error {
            return refusal(
                .notFound, "NotFound", "The entity does not have such an attribute")
        }
        if case BrokerError.notFound = error {
            return refusal(
                .notFound, "NotFound",
                "The requested entity has not been found. Check type and id")
        }
        if case BrokerError.subscriptionNotFound = error {
            return refusal(
                .notFound, "NotFound",
                "The requested subscription has not been found. Check id")
        }
        if case RegistrationError.notFound = error {
            return refusal(
                .notFound, "NotFound",
                "The requested registration has not been found. Check id")
        }
        let (status, word) = status(of: problem.kind)
        return refusal(status, word, problem.detail)
    }

    private static func status(of kind: Problem.Kind) -> (HTTPResponse.Status, String) {
        switch kind {
        case .alreadyExists: (.unprocessableContent, "Unprocessable")
        case .notFound, .unknownTenant: (.notFound, "NotFound")
        case .notAcceptable: (.notAcceptable, "NotAcceptable")
        case .unsupportedMediaType: (.unsupportedMediaType, "UnsupportedMediaType")
        case .tooLarge: (.contentTooLarge, "RequestEntityTooLarge")
        case .notSupported: (.notImplemented, "NotImplemented")
        case .badRequestData, .invalidRequest, .tooComplexQuery, .tooManyResults:
            (.badRequest, "BadRequest")
        case .unauthenticated, .forbidden, .conflict, .tooManyRequests, .contextUnavailable,
            .unavailable, .storageFull, .internalError, .loopDetected:
            (kind.status, kind.rawValue.prefix(1).uppercased() + kind.rawValue.dropFirst())
        }
    }

    private static func refusal(
        _ status: HTTPResponse.Status, _ word: String, _ description: String
    ) -> Response {
        json(["error": .string(word), "description": .string(description)], status: status)
    }
}

/// A refusal that only NGSIv2 has a word for.
struct NGSIv2Refusal: ProblemConvertible {
    var status: HTTPResponse.Status
    var word: String
    var problem: Problem
    /// The city does not hold what is to be changed; somebody else may.
    var isUnknownHere = false

    static func unknownAttributes(_ names: [String]) -> NGSIv2Refusal {
        var refusal = unprocessable(
            "one or more of the attributes in the request do not exist: "
                + "[ \(names.joined(separator: ", ")) ]")
        refusal.isUnknownHere = true
        return refusal
    }

    static func unprocessable(_ description: String) -> NGSIv2Refusal {
        NGSIv2Refusal(
            status: .unprocessableContent, word: "Unprocessable",
            problem: Problem(.conflict, title: "Unprocessable", detail: description))
    }

    static func notAcceptable(_ description: String) -> NGSIv2Refusal {
        NGSIv2Refusal(
            status: .notAcceptable, word: "NotAcceptable",
            problem: Problem(.notAcceptable, title: "Not acceptable", detail: description))
    }
}
