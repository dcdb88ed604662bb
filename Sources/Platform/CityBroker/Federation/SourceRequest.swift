import CityKernel

/// What is asked of one registered source.
package struct SourceRequest: Sendable {
    package enum Method: String, Sendable, Hashable {
        case get = "GET"
        case post = "POST"
        case put = "PUT"
        case patch = "PATCH"
        case delete = "DELETE"
    }

    package var registration: Registration
    package var method: Method
    /// Below the source's endpoint, with the query: `/ngsi-ld/v1/entities?type=Shelter`.
    package var target: String
    package var headers: [(name: String, value: String)] = []
    package var body: [UInt8]?

    package init(_ registration: Registration, _ method: Method, _ target: String) {
        self.registration = registration
        self.method = method
        self.target = target
    }
}

/// What a source said.
package struct SourceReply: Sendable {
    package var status: Int
    package var body: [UInt8]

    package var isSuccess: Bool { (200..<300).contains(status) }

    /// The status that a source gives to each of several things.
    package static let multiStatus = 207
    package static let notFound = 404
}

/// Why a source said nothing that can be used.
package enum SourceFailure: String, Error, Sendable, Hashable {
    case timedOut
    case unreachable
    /// One side does not accept the other's certificate.
    case untrusted
    /// It failed a moment ago and is left alone for now.
    case coolingDown
    case replyTooLarge
    /// The reply is not what NGSI-LD says.
    case unreadable

    /// For an answer that several sources take part in.
    package var words: String {
        switch self {
        case .timedOut: "no answer in time"
        case .unreachable: "not reachable"
        case .untrusted: "a certificate is not accepted"
        case .coolingDown: "not asked again so soon after a failure"
        case .replyTooLarge: "the answer is too large"
        case .unreadable: "the answer cannot be read"
        }
    }
}
