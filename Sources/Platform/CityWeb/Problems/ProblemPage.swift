import CityKernel
import HTTPTypes

/// A refusal in the reader's words. The technical detail stands below, for the person they ask.
struct ProblemPage {
    let title: String
    let sentence: String
    let status: Int
    let detail: String
    let remedy: String?
    let places: [Problem.Detail]
    let hasPlaces: Bool
    /// Where whoever must sign in does it.
    let signInPath: String?

    init(_ problem: Problem, texts: Texts, links: Links) {
        let language = links.language
        let key = Self.textKey(problem.kind)
        title = problem.said?.title[language] ?? texts["problem\(key)Title"][language]
        sentence = problem.said?.sentence[language] ?? texts["problem\(key)Do"][language]
        status = problem.kind.status.code
        detail = problem.detail
        remedy = problem.remedy
        places = problem.places
        hasPlaces = !problem.places.isEmpty
        signInPath = problem.kind == .unauthenticated ? links.toSignIn : nil
    }

    private static func textKey(_ kind: Problem.Kind) -> String {
        switch kind {
        case .notFound, .unknownTenant: "NotFound"
        case .unauthenticated: "SignIn"
        case .forbidden: "Forbidden"
        case .tooManyRequests: "Wait"
        case .unavailable, .contextUnavailable, .storageFull: "Unavailable"
        case .internalError: "Internal"
        case .conflict, .alreadyExists, .loopDetected: "Conflict"
        case .tooLarge: "TooLarge"
        case .invalidRequest, .badRequestData, .notSupported, .notAcceptable,
            .unsupportedMediaType, .tooComplexQuery, .tooManyResults:
            "Input"
        }
    }
}
