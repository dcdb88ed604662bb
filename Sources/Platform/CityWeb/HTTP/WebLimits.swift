package import NIOCore

/// The limits of the web server; each is a promise that one reader cannot take what others need.
package enum WebLimits {
    /// A body that is decoded in memory.
    package static let bodyBytesMax = 2 * 1_024 * 1_024
    /// A body of any kind that is announced: pictures and tables of staff.
    package static let uploadBytesMax = 32 * 1_024 * 1_024
    /// Request line and header fields together.
    package static let headerBytesMax = 16 * 1_024
    package static let headerFieldsMax = 100
    /// A body that the door reads itself; larger ones go the long way.
    package static let doorBodyBytesMax = 16 * 1_024
    /// An answer with more entities is written away from the event loop, which others wait for.
    package static let loopEntitiesMax = 50
    /// What may wait at the door for the rest of a request.
    package static let doorBytesMax = headerBytesMax + doorBodyBytesMax
    /// Path and query together; longer is 414.
    package static let targetBytesMax = 4_096
    /// Open connections; the next ones wait in the kernel's queue.
    package static let connectionsMax = 20_000
    /// Open connections of neighbouring cities.
    package static let neighbourConnectionsMax = 1_000
    package static let backlogMax = 4_096
    /// A connection that says nothing for so long is closed.
    package static let idleTimeoutMax = TimeAmount.seconds(60)
    /// Pages below this size are sent as they are: gzip would add a header and save nothing.
    package static let gzipBytesMin = 256
}
