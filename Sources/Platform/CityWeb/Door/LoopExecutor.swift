import NIOCore

/// Runs the jobs of a connection's task on its event loop: a call is answered on the thread that read
/// it, and only waiting for the database changes threads.
final class LoopExecutor: TaskExecutor {
    private let loop: any EventLoop
    // Safety: read and written on the event loop only.
    nonisolated(unsafe) private var runsNextAtOnce = false

    init(_ loop: any EventLoop) { self.loop = loop }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        if loop.inEventLoop, runsNextAtOnce {
            runsNextAtOnce = false
            job.runSynchronously(on: asUnownedTaskExecutor())
        } else {
            loop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
        }
    }

    /// What `resume` wakes runs before this returns, as far as it gets without waiting. Whoever else
    /// is woken meanwhile must not run inside somebody's lock, and waits for its turn.
    func runAtOnce(_ resume: () -> Void) {
        loop.preconditionInEventLoop()
        runsNextAtOnce = true
        resume()
        runsNextAtOnce = false
    }
}
