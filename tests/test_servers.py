"""The servers that tests start."""

import sqlalchemy


def test_the_postgresql_server_answers_and_its_database_is_empty(postgresql_url: str) -> None:
    engine = sqlalchemy.create_engine(postgresql_url)

    with engine.connect() as connection:
        assert int(connection.execute(sqlalchemy.text("SHOW server_version_num")).scalar_one()) >= 150000
    assert [] == sqlalchemy.inspect(engine).get_table_names()
    engine.dispose()
