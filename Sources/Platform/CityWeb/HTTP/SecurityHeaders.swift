package import HTTPTypes

/// What browsers are told to refuse on every answer.
package struct SecurityHeaders: Sendable {
    private let fields: [(HTTPField.Name, String)]

    /// - Parameters:
    ///   - styleHash: of the style inside pages, the only inline code that runs.
    ///   - imageOrigins: where map tiles come from besides this server.
    ///   - isTLS: whether browsers are told to come by https only, for a year.
    init(styleHash: String, imageOrigins: [String], isTLS: Bool) {
        let images = (["'self'", "data:"] + imageOrigins).joined(separator: " ")
        let policy = [
            "default-src 'none'", "script-src 'self'", "style-src 'self' '\(styleHash)'",
            "img-src \(images)", "font-src 'self'", "connect-src 'self'", "worker-src 'self'",
            "manifest-src 'self'", "form-action 'self'", "base-uri 'none'",
            "frame-ancestors 'none'",
        ]
        var fields: [(HTTPField.Name, String)] = [
            (.contentSecurityPolicy, policy.joined(separator: "; ")),
            (.xContentTypeOptions, "nosniff"),
            (.init("Referrer-Policy")!, "strict-origin-when-cross-origin"),
            (.init("Permissions-Policy")!, "geolocation=(self), camera=(), microphone=()"),
            (.init("Cross-Origin-Opener-Policy")!, "same-origin"),
        ]
        if isTLS { fields.append((.strictTransportSecurity, "max-age=31536000")) }
        self.fields = fields
    }

    /// What a static file needs: it is never a document, so only its type must not be guessed.
    func addForFile(to headers: inout HTTPFields) { headers[.xContentTypeOptions] = "nosniff" }

    /// Adds what is not there yet: a page may be stricter than the house.
    package func add(to headers: inout HTTPFields) {
        for (name, value) in fields where headers[name] == nil { headers[name] = value }
    }
}
