using System.Net;
using Keelson.Api.Authentication.V1;
using Keelson.Server.Access;
using Keelson.Server.Nodes;
using Keelson.Server.Webhooks;

namespace Keelson.Server.Aggregation;

/// <summary>Asks other API servers on this server's own behalf.</summary>
internal sealed class BackendClient(BackendConnections connections, NodeAccess access, TimeProvider time)
{
    /// <summary>How long an answer may be; default 16 MiB.</summary>
    private const int MaxBytes = 16 * 1024 * 1024;

    /// <summary>How long an answer may take; default five seconds, as upstream.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private static readonly UserInfo Self = new() { Username = "system:kube-aggregator", Groups = [KnownUsers.Superusers] };

    /// <summary>What stands at a path; never fails but for cancellation: why there is no answer is part of the answer.</summary>
    public async Task<BackendAnswer> GetAsync(WebhookService service, BackendTrust trust, string path, string accept, CancellationToken cancel)
    {
        var target = BackendConnections.Address(service, path);
        using var late = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancel);
        using var request = new HttpRequestMessage(HttpMethod.Get, target) { Version = HttpVersion.Version11, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Headers.TryAddWithoutValidation("Accept", accept);
        foreach (var (name, value) in FrontProxy.HeadersOf(Self)) request.Headers.TryAddWithoutValidation(name, value);
        try
        {
            using var answer = await connections.To(service, trust).SendAsync(request, either.Token).ConfigureAwait(false);
            return new BackendAnswer((int)answer.StatusCode, await ReadAsync(answer, either.Token).ConfigureAwait(false), answer.Content.Headers.ContentType?.ToString() ?? "", "");
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            return BackendAnswer.Late;
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or InvalidDataException || (failure is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            return BackendAnswer.None(Unresolved(failure) ?? ConnectionFailures.Describe(failure, target, access));
        }
    }

    private static string? Unresolved(Exception failure)
    {
        for (var cause = failure; cause is not null; cause = cause.InnerException)
        {
            if (cause is WebhookException known) return known.Message;
        }

        return null;
    }

    private static async Task<byte[]> ReadAsync(HttpResponseMessage answer, CancellationToken cancel)
    {
        using var kept = new MemoryStream();
        var stream = await answer.Content.ReadAsStreamAsync(cancel).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            var buffer = new byte[16 * 1024];
            int count;
            while ((count = await stream.ReadAsync(buffer, cancel).ConfigureAwait(false)) > 0)
            {
                if (kept.Length + count > MaxBytes) throw new InvalidDataException($"the answer is longer than {MaxBytes} bytes");
                kept.Write(buffer, 0, count);
            }
        }

        return kept.ToArray();
    }
}

/// <summary>What another server answered.</summary>
/// <param name="Failure">Why it did not; empty where it did.</param>
internal sealed record BackendAnswer(int Code, byte[] Body, string ContentType, string Failure)
{
    public bool IsGood => Code is >= 200 and < 300;

    public static BackendAnswer Late { get; } = None("context deadline exceeded (Client.Timeout exceeded while awaiting headers)");

    public static BackendAnswer None(string why) => new(0, [], "", why);
}
