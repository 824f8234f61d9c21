"""Answers that were lost on their way are given again.

Who gets no answer from AWS asks again, with the same invocation id. A security group that was made the first time exists
already then, and a deployment ends; on a busy machine about one answer in some thousand is lost, even on loopback.
"""
import sys
from collections import OrderedDict

KEPT = 200


class LostAnswers:
    """A WSGI application that does what an SDK asks for once, however often it is asked under the same id."""

    def __init__(self, application):
        self.application = application
        self.answers = OrderedDict()

    def __call__(self, environ, start_response):
        invocation = environ.get("HTTP_AMZ_SDK_INVOCATION_ID")
        if invocation in self.answers:
            print(f"given again: the answer to {invocation}", file=sys.stderr)
            status, headers, body = self.answers[invocation]
            start_response(status, headers)
            return [body]
        said = {}

        def note(status, headers, exc_info=None):
            said["status"], said["headers"] = status, headers
            return start_response(status, headers, exc_info)

        chunks = self.application(environ, note)
        try:
            body = b"".join(chunks)
        finally:
            if hasattr(chunks, "close"):
                chunks.close()
        # Whatever went wrong may go well the next time.
        if invocation and said["status"].startswith("2"):
            self.answers[invocation] = said["status"], said["headers"], body
            if len(self.answers) > KEPT:
                self.answers.popitem(last=False)
        return [body]
