import Logging

extension Logger {
    static var quiet: Logger {
        var logger = Logger(label: "city.test")
        logger.logLevel = .critical
        return logger
    }
}
