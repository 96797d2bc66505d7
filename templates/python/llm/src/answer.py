import argparse
import asyncio

from openai import APIError, AsyncOpenAI, AuthenticationError, PermissionDeniedError

PROMPT = "Sort this support ticket into one of: billing, bug, question, praise. Answer with that word alone."


def init():
    """Called once in each worker process."""
    global arguments, client
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", required=True)
    parser.add_argument("--at_once", type=int, default=8)
    parser.add_argument("--input_price", type=float, default=0, help="for a million tokens")
    parser.add_argument("--output_price", type=float, default=0, help="for a million tokens")
    arguments, _ = parser.parse_known_args()
    # Reads OPENAI_API_KEY and OPENAI_BASE_URL. What may pass (429, 5xx, a broken connection) is asked again, ever later, as the server says.
    client = AsyncOpenAI(max_retries=6, timeout=120)


async def run(mini_batch):
    """Called for each mini-batch, with its rows as a pandas.DataFrame. Returns a row for each ticket that was answered."""
    gate = asyncio.Semaphore(arguments.at_once)
    rows = await asyncio.gather(*(answer(gate, *ticket) for ticket in zip(mini_batch["id"], mini_batch["text"])))
    return [row for row in rows if row is not None]  # Tickets without a row count towards error_threshold.


async def answer(gate, ticket, text):
    async with gate:
        try:
            reply = await client.chat.completions.create(
                model=arguments.model,
                messages=[{"role": "system", "content": PROMPT}, {"role": "user", "content": str(text)}],
                temperature=0,
            )
        except (AuthenticationError, PermissionDeniedError):
            raise  # So it would be with all others.
        except APIError as error:
            print(f"ticket {ticket}: {error}")
            return None
    usage = reply.usage
    cost = (usage.prompt_tokens * arguments.input_price + usage.completion_tokens * arguments.output_price) / 1_000_000
    return {
        "id": ticket,
        "answer": reply.choices[0].message.content,
        "model": reply.model,
        "input_tokens": usage.prompt_tokens,
        "output_tokens": usage.completion_tokens,
        "cost": round(cost, 8),
    }
