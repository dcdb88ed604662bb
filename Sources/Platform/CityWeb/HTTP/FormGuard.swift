import CityIdentity
import CityKernel
import HTTPTypes
import Hummingbird
import NIOCore

/// Refuses forms that come from another site or that this session did not get from us.
enum FormGuard {
    /// Carries the form token where a body is not a form (uploads by script).
    static let tokenHeader = HTTPField.Name("X-Form-Token")!

    /// - Parameter session: the secret of who is signed in; `nil` when nobody is.
    /// - Throws: `Problem` of kind `forbidden`; what reading the body throws.
    static func check(_ request: inout Request, session: SecretToken?) async throws {
        guard request.method != .get, request.method != .head else { return }
        try checkOrigin(of: request)
        if let session { try await checkForm(&request, session) }
    }

    /// A form of another site says so; browsers that say nothing are caught by the token.
    private static func checkOrigin(of request: Request) throws {
        let site = HTTPField.Name("Sec-Fetch-Site").flatMap { request.headers[$0] }
        guard site == nil || site == "same-origin" || site == "none" else { throw foreignForm }
    }

    private static func checkForm(_ request: inout Request, _ token: SecretToken) async throws {
        if let sent = request.headers[tokenHeader] {
            guard CSRFToken.matches(sent, for: token) else { throw foreignForm }
            return
        }
        let boundary = UploadForm.boundary(of: request.headers[.contentType])
        let body = try await request.body.collectForm(
            upTo: boundary == nil ? WebLimits.bodyBytesMax : WebLimits.uploadBytesMax)
        let form =
            if let boundary {
                try UploadForm(Array(body.readableBytesView), boundary: boundary).form
            } else {
                try FormData(String(buffer: body))
            }
        guard CSRFToken.matches(form[CSRFToken.fieldName], for: token) else {
            throw foreignForm
        }
        request.body = RequestBody(buffer: body)
    }

    private static let foreignForm = Problem(
        .forbidden, title: "The form does not belong to this session",
        detail: "It was opened before signing in, or by another site. Nothing was changed.",
        remedy: "Open the page again and send the form from there.")
}
