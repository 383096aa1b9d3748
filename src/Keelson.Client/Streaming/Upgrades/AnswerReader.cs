using System.Globalization;
using System.Text;

namespace Keelson.Client.Streaming.Upgrades;

/// <summary>Reads one HTTP/1.1 answer from a connection and leaves what follows it there.</summary>
internal sealed class AnswerReader(Stream connection, StreamLimits limits)
{
    /// <summary>Answers that only announce another one; more of them lead nowhere.</summary>
    private const int MaxInterim = 8;

    private readonly byte[] _buffer = new byte[limits.HeaderBytes];
    private int _start;
    private int _end;

    public async Task<UpgradeAnswer> ReadAsync(CancellationToken cancel)
    {
        for (var interim = 0; interim < MaxInterim; interim++)
        {
            var (code, reason) = StatusLine(await LineAsync(cancel).ConfigureAwait(false));
            var headers = await HeadersAsync(cancel).ConfigureAwait(false);
            if (code == 101) return new UpgradeAnswer(code, reason, headers, new PrefixedStream(_buffer.AsMemory(_start, _end - _start), connection), []);
            // 100, 102 and 103 announce an answer.
            if (code < 200) continue;
            var body = code is 204 or 304 ? [] : await BodyAsync(headers, cancel).ConfigureAwait(false);
            return new UpgradeAnswer(code, reason, headers, connection, body);
        }

        throw new StreamingException("the backend announces an answer and gives none");
    }

    private static (int Code, string Reason) StatusLine(string line)
    {
        var parts = line.Split(' ', 3);
        return parts.Length >= 2 && parts[0] is "HTTP/1.1" or "HTTP/1.0" && parts[1].Length == 3 && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var code) && code >= 100
            ? (code, parts.Length == 3 ? parts[2] : "")
            : throw new StreamingException("the backend does not answer in HTTP/1.1");
    }

    private async Task<List<KeyValuePair<string, string>>> HeadersAsync(CancellationToken cancel)
    {
        List<KeyValuePair<string, string>> headers = [];
        while (await LineAsync(cancel).ConfigureAwait(false) is { Length: > 0 } line)
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0 || line[..colon].Any(char.IsWhiteSpace)) throw new StreamingException("the backend's answer has a header without a name");
            if (headers.Count == limits.HeaderCount) throw new StreamingException($"the backend's answer has more than {limits.HeaderCount} headers");
            headers.Add(new(line[..colon], line[(colon + 1)..].Trim(' ', '\t')));
        }

        return headers;
    }

    private async Task<byte[]> BodyAsync(List<KeyValuePair<string, string>> headers, CancellationToken cancel)
    {
        using var body = new MemoryStream();
        string? Value(string name) => headers.FirstOrDefault(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;
        if (Value("Transfer-Encoding") is { } encoding)
        {
            if (!encoding.Equals("chunked", StringComparison.OrdinalIgnoreCase)) throw new StreamingException($"the backend's answer comes as {encoding}");
            while (true)
            {
                var size = (await LineAsync(cancel).ConfigureAwait(false)).Split(';')[0].Trim();
                if (size.Length is 0 or > 7 || !int.TryParse(size, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var length)) throw new StreamingException("the backend's answer has a broken chunk");
                if (length == 0) break;
                await TakeAsync(body, length, cancel).ConfigureAwait(false);
                await LineAsync(cancel).ConfigureAwait(false);
            }

            await HeadersAsync(cancel).ConfigureAwait(false);
        }
        else if (Value("Content-Length") is { } text)
        {
            if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var length)) throw new StreamingException("the backend's answer has a broken length");
            await TakeAsync(body, length, cancel).ConfigureAwait(false);
        }
        else
        {
            while (_start < _end || await FillAsync(cancel).ConfigureAwait(false)) await TakeAsync(body, _end - _start, cancel).ConfigureAwait(false);
        }

        return body.ToArray();
    }

    private async Task TakeAsync(MemoryStream body, int length, CancellationToken cancel)
    {
        if (body.Length + length > limits.MessageBytes) throw new StreamingException($"the backend's answer has more than {limits.MessageBytes} bytes");
        while (length > 0)
        {
            if (_start == _end && !await FillAsync(cancel).ConfigureAwait(false)) throw Early();
            var count = Math.Min(length, _end - _start);
            body.Write(_buffer, _start, count);
            _start += count;
            length -= count;
        }
    }

    private async Task<string> LineAsync(CancellationToken cancel)
    {
        var searched = 0;
        while (true)
        {
            var at = _buffer.AsSpan(_start + searched, _end - _start - searched).IndexOf((byte)'\n');
            if (at >= 0)
            {
                var line = Encoding.Latin1.GetString(_buffer, _start, searched + at).TrimEnd('\r');
                _start += searched + at + 1;
                return line;
            }

            searched = _end - _start;
            if (!await FillAsync(cancel).ConfigureAwait(false)) throw Early();
        }
    }

    private async Task<bool> FillAsync(CancellationToken cancel)
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        if (_end == _buffer.Length) throw new StreamingException("the head of the backend's answer is too large");
        var count = await connection.ReadAsync(_buffer.AsMemory(_end), cancel).ConfigureAwait(false);
        _end += count;
        return count > 0;
    }

    private static StreamingException Early() => new("the backend hung up in the middle of its answer");
}
