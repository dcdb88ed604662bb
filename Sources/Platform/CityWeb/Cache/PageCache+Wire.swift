import CityKernel
import Hummingbird
import NIOCore

extension PageCache {
    /// An answer as the bytes that HTTP/1.1 sends, head and body in one buffer.
    struct Wire: Sendable {
        /// Since 1970; what its field Date says.
        let second: Int64
        let bytes: ByteBuffer

        init(_ response: Response, body: ByteBuffer?, second: Int64) {
            self.second = second
            bytes = response.wire(body: body, date: HTTPDate.text(Timestamp(seconds: second)))
        }
    }
}
