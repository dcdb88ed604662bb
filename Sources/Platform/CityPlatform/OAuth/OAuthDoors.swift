import CityGateway
import CityIdentity
import CityKernel
package import CityWeb
import Foundation
import HTTPTypes
import Hummingbird

/// `/oauth/token`, `/oauth/revoke` and their description: tokens of one hour for programs that do
/// not want to send their key with every call (RFC 6749 §4.4, 7009, 7523, 8414).
///
/// Plan: データ連携基盤
package struct OAuthDoors: Sendable {
    static let token = "/oauth/token"
    static let revoke = "/oauth/revoke"
    static let description = "/.well-known/oauth-authorization-server"
    /// An assertion is the longest field.
    static let formBytesMax = 16 * 1_024

    private static let assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

    private let city: City

    package init(city: City) { self.city = city }

    package func addRoutes(to router: CityRouter) {
        router.get(RouterPath(Self.description)) { request, _ in
            Self.answer(.ok, describe(request))
        }
        router.post(RouterPath(Self.token)) { request, context in
            try await refusing {
                let form = try await Self.form(request)
                guard form["grant_type"] == "client_credentials" else {
                    throw TokenRefusal(
                        form["grant_type"].isEmpty ? .invalidRequest : .unsupportedGrantType,
                        "Send grant_type=client_credentials.")
                }
                let made = try await city.gateway.issueToken(
                    to: try Self.credential(form, request), scope: form["scope"],
                    at: endpoint(request), from: context.addressForLimits)
                return Self.answer(.ok, describe(made))
            }
        }
        router.post(RouterPath(Self.revoke)) { request, context in
            try await refusing {
                let form = try await Self.form(request)
                try await city.gateway.revokeToken(
                    form["token"], by: try Self.credential(form, request),
                    at: endpoint(request), from: context.addressForLimits)
                return Response(status: .ok, headers: [.cacheControl: "no-store"])
            }
        }
    }

    // MARK: - Reading

    /// A form of RFC 6749: no field twice.
    private static func form(_ request: Request) async throws -> FormData {
        let media = request.headers[.contentType]?.prefix { $0 != ";" }
        guard media?.lowercased() == "application/x-www-form-urlencoded" else {
            throw TokenRefusal(
                .invalidRequest, "Send the fields as application/x-www-form-urlencoded.")
        }
        let form: FormData
        do {
            form = try await request.readForm(upTo: formBytesMax)
        } catch let problem as Problem where problem.kind == .invalidRequest {
            throw TokenRefusal(.invalidRequest, "The form cannot be read.")
        }
        let names = [
            "grant_type", "scope", "client_id", "client_secret", "client_assertion",
            "client_assertion_type", "token",
        ]
        if let twice = names.first(where: { form.all($0).count > 1 }) {
            throw TokenRefusal(.invalidRequest, "\(twice) is there more than once.")
        }
        return form
    }

    /// One proof and no more (RFC 6749 §2.3).
    private static func credential(
        _ form: FormData, _ request: Request
    ) throws -> ClientCredential {
        let header = request.headers[.authorization]
        let (secret, assertion) = (form["client_secret"], form["client_assertion"])
        guard [header != nil, !secret.isEmpty, !assertion.isEmpty].count(where: \.self) == 1 else {
            throw TokenRefusal(
                .invalidRequest,
                "Prove the client in one way: HTTP Basic, client_secret or "
                    + "client_assertion.")
        }
        if let header { return try basic(header) }
        let client = form["client_id"]
        if !secret.isEmpty { return .secret(client: client, SecretToken(secret)) }
        guard form["client_assertion_type"] == assertionType else {
            throw TokenRefusal(.invalidRequest, "Send client_assertion_type=\(assertionType).")
        }
        return .assertion(client: client.isEmpty ? nil : client, assertion)
    }

    /// Both halves are percent-encoded before they are joined (§2.3.1).
    private static func basic(_ header: String) throws -> ClientCredential {
        let scheme = "basic "
        guard header.lowercased().hasPrefix(scheme),
            let data = Data(base64Encoded: String(header.dropFirst(scheme.count)))
        else { throw TokenRefusal(.invalidRequest, "The Authorization field is not HTTP Basic.") }
        let halves = String(decoding: data, as: UTF8.self)
            .split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            .map { $0.removingPercentEncoding ?? "" }
        guard halves.count == 2 else {
            throw TokenRefusal(.invalidRequest, "The Authorization field has no colon.")
        }
        return .secret(client: halves[0], SecretToken(halves[1]))
    }

    /// The city's own address where it is configured: then an assertion for another server, sent on
    /// with its name as the host, does not hold.
    private func endpoint(_ request: Request) -> Gateway.TokenEndpoint {
        let base =
            city.configuration.signIn?.address
            ?? "http://\(request.head.authority ?? "localhost")"
        return .init(issuer: base, url: base + Self.token)
    }

    // MARK: - Answering

    private func describe(_ request: Request) -> JSONValue {
        let endpoint = endpoint(request)
        let methods: JSONValue = [
            "client_secret_basic", "client_secret_post", "private_key_jwt",
        ]
        return [
            "issuer": .string(endpoint.issuer),
            "token_endpoint": .string(endpoint.url),
            "token_endpoint_auth_methods_supported": methods,
            "token_endpoint_auth_signing_alg_values_supported": ["ES256"],
            "revocation_endpoint": .string(endpoint.issuer + Self.revoke),
            "revocation_endpoint_auth_methods_supported": methods,
            "grant_types_supported": ["client_credentials"],
            "response_types_supported": [],
            "scopes_supported": .array(APIProduct.all.map { .string($0.name) }),
            "service_documentation": .string(endpoint.issuer + DeveloperPaths.home),
        ]
    }

    private func describe(_ made: AccessToken) -> JSONValue {
        let seconds = Int64(made.expiresAt.since(city.clock.now).inSeconds)
        return [
            "access_token": .string(made.token.text), "token_type": "Bearer",
            "expires_in": .integer(max(0, seconds)),
            "scope": .string(made.scopes.joined(separator: " ")),
        ]
    }

    private static func answer(
        _ status: HTTPResponse.Status, _ json: JSONValue, _ more: HTTPFields = [:]
    ) -> Response {
        var headers: HTTPFields = [
            .contentType: "application/json", .cacheControl: "no-store",
        ]
        headers.append(contentsOf: more)
        return Response(
            status: status, headers: headers, body: .init(byteBuffer: .init(bytes: json.bytes)))
    }

    /// Refusals in the shape that clients of OAuth read (§5.2).
    private func refusing(_ body: () async throws -> Response) async throws -> Response {
        do {
            return try await body()
        } catch let refusal as TokenRefusal {
            let isUnknown = refusal.code == .invalidClient
            return Self.answer(
                isUnknown ? .unauthorized : .badRequest,
                [
                    "error": .string(refusal.code.rawValue),
                    "error_description": .string(refusal.detail),
                ], isUnknown ? [.wwwAuthenticate: "Basic realm=\"city\""] : [:])
        } catch let refusal as AdmissionRefusal {
            throw refusal.problem
        }
    }
}
