package import CityKernel
package import HTTPTypes
package import Hummingbird
import NIOCore

extension Problem.Kind {
    /// The HTTP status that says this refusal.
    package var status: HTTPResponse.Status {
        switch self {
        case .invalidRequest, .badRequestData: .badRequest
        case .notSupported: .unprocessableContent
        case .unauthenticated: .unauthorized
        case .forbidden, .tooComplexQuery, .tooManyResults: .forbidden
        case .notFound, .unknownTenant: .notFound
        case .alreadyExists, .conflict: .conflict
        case .notAcceptable: .notAcceptable
        case .unsupportedMediaType: .unsupportedMediaType
        case .tooLarge: .contentTooLarge
        case .tooManyRequests: .tooManyRequests
        case .contextUnavailable: .gatewayTimeout
        case .unavailable: .serviceUnavailable
        case .storageFull: HTTPResponse.Status(code: 507, reasonPhrase: "Insufficient Storage")
        case .internalError: .internalServerError
        case .loopDetected: HTTPResponse.Status(code: 508, reasonPhrase: "Loop Detected")
        }
    }

    /// The `type` of problem+json: ETSI's name where NGSI-LD has one (GS CIM 009, table 6.3.2-1 of V1.9.1),
    /// else the city's own.
    package var typeURI: String {
        switch self {
        case .invalidRequest: Self.etsi("InvalidRequest")
        case .badRequestData: Self.etsi("BadRequestData")
        case .notFound: Self.etsi("ResourceNotFound")
        case .alreadyExists: Self.etsi("AlreadyExists")
        case .conflict: Self.etsi("Conflict")
        case .notSupported: Self.etsi("OperationNotSupported")
        case .tooComplexQuery: Self.etsi("TooComplexQuery")
        case .tooManyResults: Self.etsi("TooManyResults")
        case .contextUnavailable: Self.etsi("LdContextNotAvailable")
        case .unknownTenant: Self.etsi("NonexistentTenant")
        case .internalError: Self.etsi("InternalError")
        case .loopDetected: Self.etsi("LoopDetected")
        case .unauthenticated, .forbidden, .notAcceptable, .unsupportedMediaType, .tooLarge,
            .tooManyRequests, .unavailable, .storageFull:
            "urn:cityos:problem:" + rawValue
        }
    }

    private static func etsi(_ name: String) -> String {
        "https://uri.etsi.org/ngsi-ld/errors/" + name
    }
}

extension Problem {
    /// RFC 9457, with `remedy` and `errors` as the city's members.
    package var json: JSONValue { json(status: kind.status) }

    private func json(status: HTTPResponse.Status) -> JSONValue {
        var object = JSONObject([
            ("type", .string(kind.typeURI)),
            ("title", .string(title)),
            ("status", .integer(Int64(status.code))),
            ("detail", .string(detail)),
        ])
        if let remedy { object.append("remedy", .string(remedy)) }
        if !places.isEmpty {
            object.append(
                "errors",
                .array(
                    places.map { ["place": .string($0.place), "message": .string($0.message)] }))
        }
        return .object(object)
    }

    /// The answer for programs.
    package var jsonResponse: Response { jsonResponse(status: kind.status) }

    func jsonResponse(status: HTTPResponse.Status) -> Response {
        Response(
            status: status,
            headers: [
                .contentType: "application/problem+json", .cacheControl: "no-store",
            ],
            body: .init(byteBuffer: ByteBuffer(bytes: json(status: status).bytes)))
    }
}
