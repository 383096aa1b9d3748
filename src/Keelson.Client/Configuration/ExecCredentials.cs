using System.ComponentModel;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Keelson.Api;
using Keelson.Api.Values;

namespace Keelson.Client.Configuration;

/// <summary>Credentials from a program, kept until they expire or the server refuses them.</summary>
/// <remarks>A new client certificate is used by new connections; those that are open keep the one they began with.</remarks>
internal sealed class ExecCredentials(ExecConfiguration exec, ClientConfiguration cluster, TimeProvider time) : CredentialSource
{
    /// <summary>The most that the program may write.</summary>
    public const int OutputLimit = 1 << 20;

    private readonly SemaphoreSlim _gate = new(1, 1);
    private volatile Credentials? _current;

    public override X509Certificate2? Certificate => _current?.Certificate;

    public override async ValueTask ApplyAsync(HttpRequestMessage request, CancellationToken cancel)
    {
        var current = _current;
        if (current is null || IsExpired(current)) current = await RenewAsync(cancel).ConfigureAwait(false);
        if (current.Token is not null) request.Headers.Authorization = current.Token;
    }

    public override bool Invalidate()
    {
        _current = null;
        return true;
    }

    public override void Dispose()
    {
        _current?.Certificate?.Dispose();
        _gate.Dispose();
    }

    private bool IsExpired(Credentials credentials) => credentials.Expires is { } end && end <= time.GetUtcNow();

    private async Task<Credentials> RenewAsync(CancellationToken cancel)
    {
        await _gate.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            if (_current is { } current && !IsExpired(current)) return current;
            var renewed = Read(await RunAsync(cancel).ConfigureAwait(false));
            _current = renewed;
            return renewed;
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task<byte[]> RunAsync(CancellationToken cancel)
    {
        using var limit = new CancellationTokenSource(exec.Timeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel, limit.Token);
        using var process = Start();
        try
        {
            process.StandardInput.Close();
            var output = ReadAsync(process, process.StandardOutput.BaseStream, both.Token);
            var errors = ReadAsync(process, process.StandardError.BaseStream, both.Token);
            await Task.WhenAll(output, errors, process.WaitForExitAsync(both.Token)).ConfigureAwait(false);
            if (process.ExitCode != 0) throw Wrong($"failed with exit code {process.ExitCode}: {Encoding.UTF8.GetString(await errors.ConfigureAwait(false)).Trim()}");
            return await output.ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw Wrong($"took longer than {exec.Timeout.TotalSeconds:0} s");
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }

    private Process Start()
    {
        var start = new ProcessStartInfo(exec.Command, exec.Arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var (name, value) in exec.Environment) start.Environment[name] = value;
        start.Environment["KUBERNETES_EXEC_INFO"] = ValueWriter.WriteText(Request());
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception missing)
        {
            throw new ConfigurationException(
                $"exec: \"{exec.Command}\" could not be started: {missing.Message}" + (exec.InstallHint.Length == 0 ? "" : "\n" + exec.InstallHint), missing);
        }
    }

    private MapValue Request()
    {
        var spec = MapValue.Of(("interactive", false));
        if (exec.ProvideClusterInfo)
        {
            var info = MapValue.Of(("server", cluster.Server.ToString()));
            if (cluster.TlsServerName is { } name) info = info.With("tls-server-name", name);
            if (cluster.SkipTlsVerify) info = info.With("insecure-skip-tls-verify", true);
            if (cluster.CertificateAuthority is { } authority) info = info.With("certificate-authority-data", Convert.ToBase64String(Encoding.UTF8.GetBytes(authority.Read())));
            spec = spec.With("cluster", info);
        }

        return MapValue.Of(("apiVersion", exec.ApiVersion), ("kind", "ExecCredential"), ("spec", spec));
    }

    private Credentials Read(byte[] output)
    {
        MapValue? answer;
        try
        {
            answer = ValueReader.Read(output).AsMap();
        }
        catch (JsonFormatException broken)
        {
            throw Wrong($"wrote what is no JSON: {broken.Message}");
        }

        if (answer?["kind"]?.AsText() != "ExecCredential") throw Wrong("wrote no ExecCredential");
        if (answer["apiVersion"]?.AsText() is var version && version != exec.ApiVersion) throw Wrong($"is configured to use API version {exec.ApiVersion}, plugin returned version {version}");
        var status = answer["status"]?.AsMap() ?? throw Wrong("didn't return a status field");
        var token = status["token"]?.AsText();
        var (certificate, key) = (status["clientCertificateData"]?.AsText(), status["clientKeyData"]?.AsText());
        if (certificate is null != key is null) throw Wrong("returned only certificate or key, not both");
        if (string.IsNullOrEmpty(token) && certificate is null) throw Wrong("didn't return a token or cert/key pair");
        DateTimeOffset? expires = null;
        if (status["expirationTimestamp"]?.AsText() is { } text)
        {
            if (!Time.TryParse(text, out var end, out var error)) throw Wrong($"returned an expirationTimestamp that is none: {error}");
            expires = end.ToDateTimeOffset();
        }

        return new Credentials(
            string.IsNullOrEmpty(token) ? null : new AuthenticationHeaderValue("Bearer", token),
            certificate is null ? null : LoadCertificate(certificate, key!, $"exec {exec.Command}"),
            expires);
    }

    private async Task<byte[]> ReadAsync(Process process, Stream stream, CancellationToken cancel)
    {
        var output = new byte[OutputLimit + 1];
        var length = await stream.ReadAtLeastAsync(output, output.Length, throwOnEndOfStream: false, cancel).ConfigureAwait(false);
        if (length <= OutputLimit) return output[..length];
        // It would wait for ever for somebody to read the rest.
        process.Kill(entireProcessTree: true);
        throw Wrong($"wrote more than {OutputLimit} bytes");
    }

    private ConfigurationException Wrong(string what) => new($"exec plugin {exec.Command} {what}");

    private sealed record Credentials(AuthenticationHeaderValue? Token, X509Certificate2? Certificate, DateTimeOffset? Expires);
}
