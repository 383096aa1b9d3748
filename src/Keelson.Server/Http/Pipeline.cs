using Keelson.Server.Access;
using Keelson.Server.Aggregation;
using Keelson.Server.Audit;
using Keelson.Server.Fairness;
using Keelson.Server.Verbs;
using Microsoft.AspNetCore.Http;

namespace Keelson.Server.Http;

/// <summary>The way of every request, whether it comes over a socket or from within the process.</summary>
internal static class Pipeline
{
    /// <summary>The stages in order. What is wanted more goes here: one line.</summary>
    public static RequestDelegate Build(ServerContext server, IReadOnlyList<IAuthenticator> authenticators, IAuthorizer authorizer, RequestLimits limits, RequestMetrics metrics, IReadOnlyList<IPage> pages, AggregationProxy proxy, Auditor? auditor, FlowControl? flows)
    {
        IStage[] stages =
        [
            new IdentificationStage(server),
            new MetricsStage(metrics, server.Time),
            .. auditor is null ? [] : (IStage[])[new AuditEndStage(auditor, server.Time)],
            new FailureStage(),
            new GoawayStage(limits.GoawayChance, server),
            new DrainStage(server),
            new AuthenticationStage(authenticators),
            .. auditor is null ? [] : (IStage[])[new AuditBeginStage(auditor)],
            new ImpersonationStage(authorizer),
            flows is null ? new LimitStage(limits) : new FairnessStage(flows, server),
            new AuthorizationStage(authorizer),
        ];
        RequestDelegate next = new Dispatcher(server, authorizer, pages, proxy).InvokeAsync;
        foreach (var stage in stages.Reverse())
        {
            var inner = next;
            next = http => stage.InvokeAsync(http, inner);
        }

        return next;
    }
}
