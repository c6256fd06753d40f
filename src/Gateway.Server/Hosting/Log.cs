using System.Net;
using Gateway.Exchange;
using Gateway.Sealing.Certificates;
using Gateway.Server.Configuration;

namespace Gateway.Server.Hosting;

internal static partial class Log
{
    [LoggerMessage(EventId = 5001, EventName = "NodeStarted", Level = LogLevel.Information, Message = "{Gateway} {Version} serves peers on {PeerEndPoint}, backends on {BackendEndPoint}, the operator on {AdminSocket}")]
    public static partial void NodeStarted(this ILogger log, GatewayUri gateway, string version, IPEndPoint peerEndPoint, IPEndPoint backendEndPoint, string adminSocket);

    [LoggerMessage(EventId = 5002, EventName = "NodeStopping", Level = LogLevel.Information, Message = "{Gateway} stops: streams and receipts on their way are finished first")]
    public static partial void NodeStopping(this ILogger log, GatewayUri gateway);

    [LoggerMessage(EventId = 5003, EventName = "NodeNotReady", Level = LogLevel.Error, Message = "Not ready: {Finding}")]
    public static partial void NotReady(this ILogger log, Finding finding);

    [LoggerMessage(EventId = 5004, EventName = "Destroyed", Level = LogLevel.Information, Message = "Destroyed {Mappings} mappings whose time was over and {Envelopes} envelopes that have their receipt")]
    public static partial void Destroyed(this ILogger log, int mappings, int envelopes);

    [LoggerMessage(EventId = 5009, EventName = "JobFailed", Level = LogLevel.Critical, Message = "{Job} met an error nobody foresaw, {Error}; it begins again in a minute")]
    public static partial void JobFailed(this ILogger log, string job, string error);

    [LoggerMessage(EventId = 5008, EventName = "AgreementsNotOnRecord", Level = LogLevel.Error, Message = "Which agreements are in force cannot be put on record at the moment, the store is unavailable: {Reason}")]
    public static partial void AgreementsNotOnRecord(this ILogger log, StoreUnavailableReason reason);

    [LoggerMessage(EventId = 5005, EventName = "RetentionDelayed", Level = LogLevel.Error, Message = "What its time is over for cannot be destroyed at the moment, the store is unavailable: {Reason}")]
    public static partial void RetentionDelayed(this ILogger log, StoreUnavailableReason reason);

    [LoggerMessage(EventId = 5006, EventName = "PolicyUnreadable", Level = LogLevel.Error, Message = "The strictest policy is in force, because the configured one cannot be used: {Findings}")]
    public static partial void PolicyUnreadable(this ILogger log, string findings);

    [LoggerMessage(EventId = 5007, EventName = "PolicyReadable", Level = LogLevel.Information, Message = "Policy {PolicyId} version {Version} is in force")]
    public static partial void PolicyReadable(this ILogger log, string policyId, int version);
}
