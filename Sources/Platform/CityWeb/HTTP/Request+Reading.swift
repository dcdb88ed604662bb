import HTTPTypes
package import Hummingbird

extension Request {
    /// Path and query as the client sent them.
    var target: String { head.path ?? "/" }

    /// Whether the client takes gzip. `gzip;q=0` is a refusal.
    package var acceptsGzip: Bool {
        headers[.acceptEncoding].map(HeaderText.acceptsGzip) ?? false
    }

    /// Whether the reader is a person with a browser: `text/html` stands in Accept.
    package var wantsHTML: Bool { headers[.accept]?.contains("text/html") ?? false }

    /// A cookie's value as sent, without decoding.
    package func cookie(_ name: String) -> Substring? {
        for field in headers[values: .cookie] {
            if let value = HeaderText.cookie(name, in: field) { return value }
        }
        return nil
    }

    /// The first value of a query parameter, as sent: for words of a fixed vocabulary.
    package func rawQueryParameter(_ name: String) -> Substring? {
        HeaderText.queryParameter(name, in: target)
    }
}
